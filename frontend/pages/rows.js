// Tables: the arrow keys move the focus from one row's link to the next.

const STEPS = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" };

document.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  if (!step || !event.target.matches?.("tbody .table__link")) {
    return;
  }
  for (let row = event.target.closest("tr")[step]; row; row = row[step]) {
    const link = row.querySelector(".table__link");
    if (link) {
      event.preventDefault();
      link.focus();
      return;
    }
  }
});
