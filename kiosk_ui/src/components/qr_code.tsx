// The QR code of the booth, drawn again from its one path, so that nothing else of the picture reaches the page.

interface QrCodeProps {
  svg: string;
  label: string;
}

/** Black on white whatever the theme: a phone has to read it. */
export function QrCode({ svg, label }: QrCodeProps) {
  const code = readCode(svg);
  if (code === null) return null;
  const { size, path, transform } = code;
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} data-testid="qr">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} {...(transform === null ? {} : { transform })} stroke="#000" shapeRendering="crispEdges" />
    </svg>
  );
}

/** Side, path and scale of the booth's picture; null when it is none. */
export function readCode(svg: string): { size: number; path: string; transform: string | null } | null {
  const picture = new DOMParser().parseFromString(svg, "text/html").querySelector("svg");
  const line = picture?.querySelector("path[d]") ?? null;
  const size = Number(picture?.getAttribute("viewBox")?.split(/[\s,]+/)[2] ?? picture?.getAttribute("width"));
  if (line === null || !(size > 0)) return null;
  return { size, path: line.getAttribute("d") ?? "", transform: line.getAttribute("transform") };
}
