// Passkeys: asks the browser for a credential and sends it with the form that carries the options.
//
// <form data-passkey="create|get" data-options="ID"> has a hidden input named "credential". The options stand in
// <script type="application/json" id="ID">, or, with data-fetch, are fetched from the form's own address when needed.

const toBytes = (text) => {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(text.length / 4) * 4, "=");
  return Uint8Array.from(atob(padded), (character) => character.charCodeAt(0));
};

const toText = (buffer) => {
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};

const withBytes = (list) => (list ?? []).map((entry) => ({ ...entry, id: toBytes(entry.id) }));

async function optionsOf(form) {
  if (form.dataset.options) {
    return JSON.parse(document.getElementById(form.dataset.options).textContent);
  }
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`options: ${answer.status}`);
  return answer.json();
}

async function create(form) {
  const { publicKey } = (await optionsOf(form)).creation_options;
  const alone = form.elements.passwordless?.checked ?? true;
  return navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
      excludeCredentials: withBytes(publicKey.excludeCredentials),
      authenticatorSelection: {
        ...publicKey.authenticatorSelection,
        residentKey: alone ? "required" : "discouraged",
        requireResidentKey: alone,
        userVerification: alone ? "required" : "preferred",
      },
    },
  });
}

async function get(form) {
  const { publicKey } = (await optionsOf(form)).request_options;
  return navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      allowCredentials: withBytes(publicKey.allowCredentials),
    },
  });
}

function plain(credential) {
  const { response } = credential;
  const said = { clientDataJSON: toText(response.clientDataJSON) };
  if (response.attestationObject) {
    said.attestationObject = toText(response.attestationObject);
    said.transports = response.getTransports?.() ?? [];
  } else {
    said.authenticatorData = toText(response.authenticatorData);
    said.signature = toText(response.signature);
    if (response.userHandle) said.userHandle = toText(response.userHandle);
  }
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: said,
  };
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const failed = form.querySelector("[data-passkey-failed]");
  if (!window.PublicKeyCredential) {
    form.querySelector("[data-passkey-unknown]")?.removeAttribute("hidden");
    continue;
  }
  form.querySelector("[data-passkey-go]")?.removeAttribute("hidden");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed?.setAttribute("hidden", "");
    try {
      const credential = await (form.dataset.passkey === "create" ? create(form) : get(form));
      form.elements.credential.value = JSON.stringify(plain(credential));
      form.submit(); // does not come back to this listener
    } catch (error) {
      console.warn("passkey", error.name, error.message);
      failed?.removeAttribute("hidden");
    }
  });
}
