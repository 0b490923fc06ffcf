// A link to a card is copied when it is followed. Without this, or without a clipboard, it is a link like any other.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-copied]");
  if (!link || !navigator.clipboard) return;
  await navigator.clipboard.writeText(link.href);
  let said = link.parentElement.querySelector("[role=status]");
  if (!said) {
    said = document.createElement("span");
    said.setAttribute("role", "status");
    link.before(said);
  }
  said.textContent = link.dataset.copied;
});
