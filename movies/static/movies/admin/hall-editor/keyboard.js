/* The whole editor by keyboard. By the keys' places, so that a Russian layout works too. Keys that
   a voice or a slip might press work on the map only, when that has the focus. */

const TOOLS = { KeyS: "select", KeyD: "draw", KeyE: "erase", KeyP: "paint", KeyW: "wheelchair" };
const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export function followKeyboard(editor) {
  const { svg } = editor.drawing;

  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input:not([type=radio]), select, textarea, dialog")) return;
    if (onPage(event)) event.preventDefault();
  });

  svg.addEventListener("keydown", (event) => {
    if (onMap(event)) event.preventDefault();
  });

  function onPage(event) {
    if (event.code === "Escape") return editor.act("unselect");
    if (!event.ctrlKey && !event.metaKey) return false;
    if (event.code === "KeyZ") return editor.act(event.shiftKey ? "redo" : "undo");
    if (event.code === "KeyY") return editor.act("redo");
    if (event.code === "KeyS") return editor.act("save");
    return false;
  }

  function onMap(event) {
    const arrow = ARROWS[event.code];
    if (arrow && event.altKey) return editor.move(...arrow);
    if (arrow) return editor.step(...arrow, event.shiftKey);
    if (event.ctrlKey || event.metaKey) return event.code === "KeyA" && editor.act("selectAll");
    if (event.altKey) return false;
    if (event.code === "Space" || event.code === "Enter") return editor.useHere();
    if (event.code === "KeyH") return editor.choose("hand");
    if (TOOLS[event.code]) return editor.choose(TOOLS[event.code]);
    if (/^Digit[1-9]$/.test(event.code)) return editor.chooseCategory(Number(event.code[5]) - 1);
    if (event.code === "Delete" || event.code === "Backspace") return editor.act("erase");
    return false;
  }
}
