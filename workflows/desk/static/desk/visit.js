// 入户调查 with a bad connection or none: what is typed and photographed stays on this device, encrypted, until it is sent.
// It is sent once: the form carries a key, and each photograph is known by its content.
"use strict";

const form = document.querySelector("form[data-visit]");
if (form && "indexedDB" in window && window.isSecureContext) {
  const visit = form.dataset.visit;
  const status = document.getElementById("visit-status");
  const shelf = document.getElementById("visit-photos");
  const input = form.querySelector('input[type="file"]');
  const away = document.getElementById("visit-forget");
  const words = JSON.parse(document.getElementById("visit-words").textContent);
  const WIDEST = 2000;
  const pads = [...form.querySelectorAll("[data-pad] input")];
  let photos = [];
  let waiting = false;
  let sending = false;

  const asked = (request) =>
    new Promise((done, failed) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
  const opened = (() => {
    const request = indexedDB.open("visits", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("kept");
      request.result.createObjectStore("keys");
    };
    return asked(request);
  })();
  const store = async (name, mode) => (await opened).transaction(name, mode).objectStore(name);

  // A key that no script can read out; without it what lies on the device says nothing.
  const key = async () => {
    const held = await asked((await store("keys", "readonly")).get("visits"));
    if (held) return held;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await asked((await store("keys", "readwrite")).put(made, "visits"));
    return made;
  };
  const seal = async (bytes) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), bytes) };
  };
  const unseal = async (box) => crypto.subtle.decrypt({ name: "AES-GCM", iv: box.iv }, await key(), box.data);

  const fields = () =>
    [...new FormData(form).entries()].filter(
      ([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken",
    );
  const say = (text, kind) => {
    status.textContent = text;
    status.className = `alert alert-${kind || "info"}`;
    status.hidden = !text;
  };

  const write = async () => {
    try {
      const typed = await seal(new TextEncoder().encode(JSON.stringify(fields())));
      const kept = [];
      for (const photo of photos) {
        kept.push({ name: photo.name, box: (photo.box ||= await seal(await photo.blob.arrayBuffer())) });
      }
      await asked((await store("kept", "readwrite")).put({ typed, photos: kept, waiting, at: Date.now() }, visit));
      away.hidden = false;
    } catch {
      say(words.full, "error");
    }
  };
  // One after another, so that an earlier state never lands on a later one.
  let written = Promise.resolve();
  const keep = () => (written = written.then(write));
  const forget = async () => asked((await store("kept", "readwrite")).delete(visit));

  const show = () => {
    shelf.replaceChildren();
    for (const photo of photos) {
      const item = document.createElement("li");
      const picture = document.createElement("img");
      picture.src = URL.createObjectURL(photo.blob);
      picture.alt = photo.name;
      picture.width = 96;
      const off = document.createElement("button");
      off.type = "button";
      off.className = "btn btn-quiet btn-small";
      off.textContent = words.remove;
      off.addEventListener("click", async () => {
        photos = photos.filter((each) => each !== photo);
        await keep();
        show();
      });
      item.append(picture, " ", off);
      shelf.append(item);
    }
  };

  const smaller = async (file) => {
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, WIDEST / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      return blob && blob.size < file.size ? blob : file;
    } catch {
      return file; // what a browser cannot read, the house may
    }
  };

  const marked = (problems) => {
    form.querySelectorAll(".visit-error").forEach((each) => each.remove());
    for (const [name, sentence] of Object.entries(problems)) {
      const field = form.elements[name];
      const place = field && (field instanceof RadioNodeList ? field[0] : field);
      const error = document.createElement("p");
      error.className = "error visit-error";
      error.textContent = sentence;
      ((place && place.closest(".field")) || form).prepend(error);
    }
    form.querySelector(".visit-error")?.scrollIntoView({ block: "center" });
  };

  const send = async () => {
    if (sending) return;
    sending = true;
    form.inert = true; // what is typed now would not be in what is sent
    try {
      const body = new FormData();
      for (const [name, value] of fields()) body.append(name, value);
      body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      for (const photo of photos) body.append("photos", photo.blob, photo.name);
      say(words.sending);
      let answer;
      try {
        answer = await fetch(form.action, {
          method: "POST",
          body,
          headers: { Accept: "application/json" },
          redirect: "manual",
        });
      } catch {
        say(words.offline, "warning");
        return;
      }
      const told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
      if (answer.ok && told) {
        await forget();
        waiting = false;
        location.assign(told.next);
        return;
      }
      if (answer.status === 429 || answer.status >= 500) {
        say(words.busy, "warning"); // it is tried again
        return;
      }
      waiting = false;
      await keep();
      if (told?.problems) {
        if (told.seen) {
          form.elements.seen_as.value = told.seen; // the next press knows what it writes over
          await keep();
        }
        say(words.wrong, "error");
        marked(told.problems);
      } else if (answer.status === 404) {
        say(words.gone, "error");
      } else {
        say(words.away, "warning");
      }
    } finally {
      sending = form.inert = false;
    }
  };

  const begin = async () => {
    const kept = await asked((await store("kept", "readonly")).get(visit));
    if (!kept) return;
    const typed = JSON.parse(new TextDecoder().decode(await unseal(kept.typed)));
    for (const [name, value] of typed) {
      const field = form.elements[name];
      if (field) field.value = value;
    }
    for (const each of pads) each.dispatchEvent(new Event("change"));
    photos = [];
    for (const each of kept.photos) {
      photos.push({ name: each.name, box: each.box, blob: new Blob([await unseal(each.box)], { type: "image/jpeg" }) });
    }
    waiting = kept.waiting;
    away.hidden = false;
    show();
    say(waiting ? words.waiting : words.back);
    if (waiting) await send();
  };

  input.addEventListener("change", async () => {
    for (const file of input.files) {
      photos.push({ name: file.name.replace(/\.\w+$/, "") + ".jpg", blob: await smaller(file) });
    }
    input.value = "";
    await keep();
    show(); // what is on the screen is on the device
  });
  // Who has signed has signed what stood there.
  const wipe = () => {
    if (!pads.some((each) => each.value)) return;
    for (const each of pads) {
      each.value = "";
      each.dispatchEvent(new Event("change"));
    }
    say(words.unsigned, "warning");
  };
  form.addEventListener("input", (event) => {
    if (event.target === input) return;
    if (!event.target.closest("[data-pads]")) wipe();
    keep();
  });
  away.addEventListener("click", async () => {
    if (!confirm(words.forget)) return;
    await forget();
    location.reload();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    waiting = true;
    await keep();
    await send();
  });
  window.addEventListener("online", () => waiting && send());
  setInterval(() => waiting && navigator.onLine && send(), 20000);
  begin();

  // The first time this page was loaded before there was a worker to keep it: ask for everything once more, through it.
  const store_page = async () => {
    await navigator.serviceWorker.register(form.dataset.worker, { scope: form.dataset.scope });
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) {
      await new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done, { once: true }));
    }
    const dress = document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src], img[src]");
    const own = [...dress].map((each) => each.href || each.src).filter((each) => each.startsWith(location.origin));
    await Promise.all([location.pathname, ...own].map((each) => fetch(each)));
    form.dataset.kept = "yes";
  };
  if (navigator.onLine) navigator.serviceWorker && store_page().catch(() => {});
}
