// Looks at the chosen, dropped or pasted files before they are sent, and says what it sees.
// Nothing is blocked here: the server decides. All sentences come from the form's data attributes.

const KINDS = /\.(py|ipynb|zip|tar|tar\.gz|tgz)$/i;
const SOURCES = /\.(py|ipynb)$/i;
const RESULTS = /^results\.json$/i;
const DECLARED = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/m;

const form = document.querySelector("form[data-upload]");
if (form) watch(form);

function watch(form) {
  const input = form.elements.namedItem("files");
  const code = form.elements.namedItem("code");
  const zone = form.querySelector("[data-drop]");
  const folder = form.querySelector("#folder");
  const list = form.querySelector("[data-found]");
  const say = { ...form.dataset };
  const expected = (say.expected || "").split(" ").filter(Boolean);
  let turn = 0;

  const look = async () => {
    const mine = ++turn;
    const files = [...input.files];
    if (code.value.trim()) files.push(new File([code.value], say.codeName));
    const seen = await Promise.all(files.map((file) => examine(file, say, expected)));
    if (mine === turn) list.replaceChildren(...lines(seen, say, expected).map(item));
  };

  const take = (files) => {
    const carried = new DataTransfer();
    for (const file of files) carried.items.add(file);
    input.files = carried.files;
    look();
  };

  input.addEventListener("change", look);
  folder.addEventListener("change", () => { take([...folder.files].filter(handedIn)); folder.value = ""; });
  folder.closest("[data-folder]").hidden = !("webkitdirectory" in folder);
  code.addEventListener("input", look);
  zone.querySelector("[data-drop-words]").hidden = false;
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    const [entries, files] = [entriesOf(event.dataTransfer), [...event.dataTransfer.files]];
    if (!entries.some((entry) => entry.isDirectory)) take(files);
    else take((await Promise.all(entries.map(filesBelow))).flat());
  });
  if (input.files.length || code.value) look();
}

// Of a folder, what can be handed in: its Python files and notebooks. A file that was chosen by itself is always taken.
function handedIn(file) {
  return SOURCES.test(file.name) && !/(^|\/)[._]/.test(file.webkitRelativePath || file.name);
}

function entriesOf(carried) {
  return [...carried.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
}

async function filesBelow(entry, depth = 0) {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => entry.file(done, failed));
    return depth === 0 || handedIn(file) ? [file] : [];
  }
  const reader = entry.createReader();
  const found = [];
  for (let more; (more = await new Promise((done, failed) => reader.readEntries(done, failed))).length;) found.push(...more);
  return depth < 8 ? (await Promise.all(found.map((one) => filesBelow(one, depth + 1)))).flat() : [];
}

// What one file is: { kind, text, opaque, names }; `opaque` files (archives) are opened by the server only.
async function examine(file, say, expected) {
  const about = { name: file.name, size: size(file.size) };
  if (RESULTS.test(file.name)) return { kind: "pass", text: fill(say.sayResults, about), names: [] };
  if (!KINDS.test(file.name)) return { kind: "fail", text: fill(say.sayKind, about), names: [] };
  if (file.size === 0) return { kind: "fail", text: fill(say.sayEmpty, about), names: [] };
  const most = /\.py$/i.test(file.name) ? Number(say.maxFile) : Number(say.maxUpload);
  if (file.size > most) return { kind: "fail", text: fill(say.sayLarge, { ...about, most: size(most) }), names: [] };
  if (!SOURCES.test(file.name)) return { kind: "pass", text: fill(say.sayArchive, about), names: [], opaque: true };
  const text = decode(new Uint8Array(await file.arrayBuffer()));
  if (text === null) return { kind: "fail", text: fill(say.sayUtf8, about), names: [] };
  const names = expected.filter((name) => defines(text, name));
  const found = names.length ? fill(say.sayDefines, { ...about, names: names.join(", ") }) : fill(say.sayNothing, about);
  return { kind: names.length ? "pass" : "warn", text: found, names };
}

// The text, or null where the bytes are neither UTF-8 nor declare another encoding in the first two lines.
function decode(bytes) {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const latin = new TextDecoder("latin1").decode(bytes);
    return DECLARED.test(latin.split("\n", 2).join("\n")) ? latin : null;
  }
}

// A method is expected as `Class.method`: the class is what a file defines. In a notebook a line stands in quotes.
function defines(text, name) {
  const word = name.split(".")[0];
  return new RegExp(`(^|[\\n"])[ \\t]*(?:(?:async[ \\t]+)?def[ \\t]+${word}\\b|class[ \\t]+${word}\\b|${word}[ \\t]*(?::[^=\\n]*)?=(?!=))`).test(text);
}

function lines(seen, say, expected) {
  if (!seen.length) return [];
  const missing = expected.filter((name) => !seen.some((one) => one.names.includes(name)));
  const known = !seen.some((one) => one.opaque) && seen.some((one) => one.names.length);
  return known && missing.length ? [...seen, { kind: "warn", text: fill(say.sayMissing, { names: missing.join(", ") }) }] : seen;
}

function item({ kind, text }) {
  const line = document.createElement("li");
  line.className = kind;
  line.textContent = text;
  return line;
}

function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1 << 20 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / (1 << 20)).toFixed(1)} MiB`;
}
