"""The browser policy of the kiosk, made from the site's settings: one origin, no way out of it.

The names were checked on Chromium 156 (chrome://policy shows no error). Written by ``scripts/install_appliance``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from appliance.settings import Settings

STAFF_PAGE = "file:///opt/kabil/systemd/staff.html"
"""the page after too many reboots: the one file that may be shown"""
BLOCKED = (
    "*",
    "chrome://*",
    "chrome-untrusted://*",
    "chrome-extension://*",
    "devtools://*",
    "file://*",
    "view-source:*",
    "javascript:*",
    "data:*",
    "about:*",
    "filesystem://*",
    "ftp://*",
    "mailto:*",
)
"""the star alone leaves chrome:// pages open"""

NO_WAY_OUT: Mapping[str, object] = {
    "DeveloperToolsAvailability": 2,
    "RemoteDebuggingAllowed": False,
    "DownloadRestrictions": 3,
    "PromptForDownloadLocation": False,
    "AllowFileSelectionDialogs": False,
    "PrintingEnabled": False,
    "DisablePrintPreview": True,
    "IncognitoModeAvailability": 1,
    "BrowserGuestModeEnabled": False,
    "BrowserAddPersonEnabled": False,
    "BrowserSignin": 0,
    "SyncDisabled": True,
    "ExtensionInstallBlocklist": ["*"],
    "BlockExternalExtensions": True,
    "ExtensionSettings": {"*": {"installation_mode": "blocked"}},
    "NativeMessagingBlocklist": ["*"],
    "DefaultPopupsSetting": 2,
    "DefaultAutomaticDownloadsSetting": 2,
    "ExternalProtocolDialogShowAlwaysOpenCheckbox": False,
    "AutoLaunchProtocolsFromOrigins": [],
    "TaskManagerEndProcessEnabled": False,
    "PolicyTestPageEnabled": False,
    "UserFeedbackAllowed": False,
    "BrowserLabsEnabled": False,
    "WebAppInstallByUserEnabled": False,
    "ImportBookmarks": False,
    "ImportHistory": False,
    "ImportSavedPasswords": False,
    "EditBookmarksEnabled": False,
    "BookmarkBarEnabled": False,
    "HideWebStoreIcon": True,
    "AllowDinosaurEasterEgg": False,
    "SSLErrorOverrideAllowed": False,
    "QRCodeGeneratorEnabled": False,
    "DesktopSharingHubEnabled": False,
    "WebAuthenticationRemoteDesktopAllowedOrigins": [],
    "PdfAnnotationsEnabled": False,
    "AlwaysOpenPdfExternally": False,
    "ShowFullUrlsInAddressBar": True,
    "DefaultBrowserSettingEnabled": False,
    "HomepageIsNewTabPage": False,
    "FullscreenAllowed": True,
    "CommandLineFlagSecurityWarningsEnabled": False,
}
"""what a candidate could leave the page by"""
NO_DEVICES: Mapping[str, object] = {
    "AudioCaptureAllowed": False,
    "VideoCaptureAllowed": False,
    "ScreenCaptureAllowed": False,
    "DefaultNotificationsSetting": 2,
    "DefaultGeolocationSetting": 2,
    "DefaultSensorsSetting": 2,
    "DefaultSerialGuardSetting": 2,
    "DefaultWebUsbGuardSetting": 2,
    "DefaultWebBluetoothGuardSetting": 2,
    "DefaultWebHidGuardSetting": 2,
    "DefaultFileSystemReadGuardSetting": 2,
    "DefaultFileSystemWriteGuardSetting": 2,
    "DefaultLocalFontsSetting": 2,
    "DefaultClipboardSetting": 2,
    "DefaultInsecureContentSetting": 2,
    "DefaultWindowManagementSetting": 2,
    "DefaultDirectSocketsSetting": 2,
    "PaymentMethodQueryEnabled": False,
    "AudioSandboxEnabled": True,
    "NetworkServiceSandboxEnabled": True,
    "AutoplayAllowed": True,
    "DefaultJavaScriptJitSetting": 1,
}
"""what the page may not touch; camera and microphone are granted by origin"""
NO_CHATTER: Mapping[str, object] = {
    "WebRtcIPHandling": "default_public_and_private_interfaces",
    "WebRtcEventLogCollectionAllowed": False,
    "WebRtcTextLogCollectionAllowed": False,
    "QuicAllowed": False,
    "DnsOverHttpsMode": "off",
    "BuiltInDnsClientEnabled": False,
    "NetworkPredictionOptions": 2,
    "SearchSuggestEnabled": False,
    "DefaultSearchProviderEnabled": False,
    "AlternateErrorPagesEnabled": False,
    "TranslateEnabled": False,
    "SpellcheckEnabled": False,
    "SpellCheckServiceEnabled": False,
    "SafeBrowsingProtectionLevel": 0,
    "MetricsReportingEnabled": False,
    "UrlKeyedAnonymizedDataCollectionEnabled": False,
    "ComponentUpdatesEnabled": False,
    "ChromeVariations": 2,
    "BackgroundModeEnabled": False,
    "EnableMediaRouter": False,
    "ShowCastIconInToolbar": False,
    "PromotionsEnabled": False,
    "BuiltInAIAPIsEnabled": False,
    "AIModeSettings": 1,
    "GeminiSettings": 1,
    "IntranetRedirectBehavior": 1,
    "ProxySettings": {"ProxyMode": "direct"},
    "HttpsUpgradesEnabled": False,
    "BrowserNetworkTimeQueriesEnabled": False,
    "LiveCaptionEnabled": False,
}
"""what would look for a network"""
NO_TRACES: Mapping[str, object] = {
    "PasswordManagerEnabled": False,
    "SavingBrowserHistoryDisabled": True,
    "AllowDeletingBrowserHistory": True,
    "ClearBrowsingDataOnExitList": [
        "browsing_history",
        "download_history",
        "cookies_and_other_site_data",
        "cached_images_and_files",
        "password_signin",
        "autofill",
        "site_settings",
        "hosted_app_data",
    ],
    "ForceEphemeralProfiles": True,
    "DiskCacheSize": 10485760,
    "DefaultCookiesSetting": 4,
    "UserDataSnapshotRetentionLimit": 0,
    "RestoreOnStartup": 4,
}
"""what would stay for the next candidate"""


def address(settings: Settings) -> str:
    """The origin of the page."""
    return f"http://{settings.web.host}:{settings.web.port}"


def policy(settings: Settings) -> dict[str, object]:
    """The managed policy, by the browser's own names."""
    origin = address(settings)
    page = f"{origin}/"
    return {
        **NO_WAY_OUT,
        **NO_DEVICES,
        **NO_CHATTER,
        **NO_TRACES,
        "URLBlocklist": [*BLOCKED],
        "URLAllowlist": [origin, STAFF_PAGE],
        "AudioCaptureAllowedUrls": [origin],
        "VideoCaptureAllowedUrls": [origin],
        "WebRtcLocalIpsAllowedUrls": [origin],
        "LoopbackNetworkAllowedForUrls": [origin],
        "HomepageLocation": page,
        "NewTabPageLocation": page,
        "RestoreOnStartupURLs": [page],
    }


def as_json(settings: Settings) -> str:
    """The policy file."""
    return json.dumps(policy(settings), indent=1, sort_keys=True) + "\n"


def environment(settings: Settings) -> str:
    """What units and installer must know of the site, as systemd's EnvironmentFile."""
    sticks = "yes" if settings.web.usb_export else "no"
    return f"KABIL_URL={address(settings)}\nKABIL_USB_EXPORT={sticks}\n"
