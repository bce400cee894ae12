/* The camera as a scanner: frames of the video go through the decoder (zxing as WebAssembly, served by this site). */

const EVERY = 120; /* milliseconds between two looks */
const AWAY = 1_200; /* a code counts again after it has been out of sight this long */
const WIDEST = 1_280;
const GS1 = { d: "]d2", C: "]C1", Q: "]Q3", e: "]e0" }; /* the decoder adds the modifier of a character set: ]d8 */

let decoder = null;

function load(script) {
  return new Promise((done, failed) => {
    const node = document.createElement("script");
    node.src = script;
    node.onload = done;
    node.onerror = () => failed(new Error("decoder not loaded"));
    document.head.append(node);
  });
}

async function ready({ reader, wasm }) {
  if (!decoder) {
    await load(reader);
    window.ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
    decoder = window.ZXingWASM;
  }
  return decoder;
}

/* What a scanner would have sent: the symbology, then the characters with their group separators. The decoder's `text`
   writes separators as brackets, so the bytes are read. */
export function textOf({ bytes, contentType, symbologyIdentifier }) {
  const symbology = contentType === "GS1" ? GS1[symbologyIdentifier[1]] : symbologyIdentifier;
  return `${symbology ?? ""}${new TextDecoder("utf-8").decode(bytes)}`;
}

/* The codes in one picture, as texts. */
export async function decode(picture, sources) {
  const { readBarcodes } = await ready(sources);
  const options = { formats: ["DataMatrix", "Code128", "QRCode", "EAN-13", "DataBar"], tryHarder: true, maxNumberOfSymbols: 4 };
  return (await readBarcodes(picture, options)).filter((each) => each.isValid).map(textOf);
}

/* Opens the back camera and calls `taken(text)` for every code that comes into sight; answers what closes it. */
export async function openCamera(video, sources, taken) {
  if (!navigator.mediaDevices) throw new DOMException("no camera without a secure context", "SecurityError");
  const wanted = { video: { facingMode: { ideal: "environment" }, width: { ideal: WIDEST } }, audio: false };
  const [stream] = await Promise.all([navigator.mediaDevices.getUserMedia(wanted), ready(sources)]);
  video.srcObject = stream;
  await video.play();
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const seen = new Map();
  let isOpen = true;

  async function look() {
    if (!isOpen) return;
    if (video.videoWidth > 0 && document.visibilityState === "visible") {
      canvas.width = Math.min(video.videoWidth, WIDEST);
      canvas.height = Math.round((video.videoHeight * canvas.width) / video.videoWidth);
      pen.drawImage(video, 0, 0, canvas.width, canvas.height);
      for (const text of await decode(pen.getImageData(0, 0, canvas.width, canvas.height), sources)) {
        const now = performance.now();
        if (now - (seen.get(text) ?? -Infinity) > AWAY) taken(text);
        seen.set(text, now);
      }
    }
    setTimeout(look, EVERY);
  }
  look();
  return () => {
    isOpen = false;
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };
}
