/* Makes a passkey with the browser and posts what it answers. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-enrol-ask]");
  if (!button) return;
  const form = button.closest("form");
  const problem = form.querySelector("[data-enrol-error]");
  problem.hidden = true;
  if (!form.reportValidity()) return;
  try {
    const answer = await fetch(form.dataset.enrol, { headers: { Accept: "application/json" } });
    const options = await answer.json();
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options.publicKey ?? options);
    const credential = await navigator.credentials.create({ publicKey });
    form.querySelector("[name=passkey]").value = JSON.stringify(credential.toJSON());
    form.requestSubmit();
  } catch (error) {
    console.warn("passkey not made", error);
    problem.hidden = false;
  }
});
