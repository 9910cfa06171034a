// Passkeys and security keys. A form says what it wants:
//   data-passkey="get"     sign in, prove it is you: options from data-options (an element) or from the action
//   data-passkey="create"  add a key: options from data-options
// Its hidden field data-credential receives the answer of the device, then the form is sent.

const toBytes = (text) => {
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
};

const toText = (buffer) => {
  const chars = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte));
  return btoa(chars.join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

const withBytes = (list) => list?.map((key) => ({ ...key, id: toBytes(key.id) }));

function readCreation(options) {
  const { publicKey } = structuredClone(options);
  publicKey.challenge = toBytes(publicKey.challenge);
  publicKey.user.id = toBytes(publicKey.user.id);
  publicKey.excludeCredentials = withBytes(publicKey.excludeCredentials);
  return { publicKey };
}

function readRequest(options) {
  const { publicKey } = structuredClone(options);
  publicKey.challenge = toBytes(publicKey.challenge);
  publicKey.allowCredentials = withBytes(publicKey.allowCredentials);
  return { publicKey };
}

function written(credential) {
  const { response } = credential;
  const answer = { clientDataJSON: toText(response.clientDataJSON) };
  if (response.attestationObject) {
    answer.attestationObject = toText(response.attestationObject);
    answer.transports = response.getTransports?.() ?? [];
  } else {
    answer.authenticatorData = toText(response.authenticatorData);
    answer.signature = toText(response.signature);
    answer.userHandle = response.userHandle ? toText(response.userHandle) : null;
  }
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? null,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: answer,
  };
}

async function optionsOf(form) {
  const here = form.dataset.options && document.getElementById(form.dataset.options);
  if (here) return JSON.parse(here.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function create(form) {
  const options = readCreation((await optionsOf(form)).creation_options);
  const passwordless = form.querySelector("[name=passwordless]");
  if (passwordless) {
    const wanted = options.publicKey.authenticatorSelection;
    wanted.residentKey = passwordless.checked ? "required" : "discouraged";
    wanted.requireResidentKey = passwordless.checked;
    if (passwordless.checked) wanted.userVerification = "required";
  }
  return navigator.credentials.create(options);
}

async function get(form) {
  return navigator.credentials.get(readRequest((await optionsOf(form)).request_options));
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const problem = form.querySelector("[data-passkey-problem]");
  const field = form.querySelector("[name=credential]");
  if (!window.PublicKeyCredential) {
    form.querySelector("[data-passkey-absent]")?.removeAttribute("hidden");
    continue;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    try {
      const credential = await (form.dataset.passkey === "create" ? create(form) : get(form));
      field.value = JSON.stringify(written(credential));
      form.submit();
    } catch {
      // Refused, forgotten or timed out: the device does not say which, the sentence covers all.
      problem.hidden = false;
    }
  });
}
