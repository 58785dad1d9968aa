"""What the candidate reads aloud in the warm-up: easy everyday sentences, about 20 seconds (written here)."""

WARMUP_TEXT = {
    "en": (
        "Every morning I take the bus to college. The road is busy, but I like to look out of the window. "
        "Today I am here to practise for my interview. I will speak clearly, take my time, and look at the camera."
    ),
    "hi": (
        "हर सुबह मैं बस से कॉलेज जाता या जाती हूँ। सड़क पर भीड़ होती है, पर मुझे खिड़की से बाहर देखना अच्छा लगता है। "
        "आज मैं इंटरव्यू का अभ्यास करने आया या आई हूँ। मैं साफ़ बोलूँगा या बोलूँगी और कैमरे की ओर देखूँगा या देखूँगी।"
    ),
}
