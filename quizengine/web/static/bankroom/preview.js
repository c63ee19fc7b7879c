"use strict";

// Draws the question as the page of a sitting does; the fieldset around it keeps it from being answered.
document.addEventListener("DOMContentLoaded", () => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const frame = document.getElementById("preview");
  Sitting.Questions.useTexts(read("preview-texts"));
  frame.replaceChildren(...Sitting.Questions.draw(read("preview-data"), undefined, "preview-question", () => {}));
});
