type Undo = () => Promise<void> | void;

const undos: Undo[] = [];

/** Whatever a figure started or created is undone when it ends, also when it fails; the latest first. */
export function atEnd(undo: Undo): void {
  undos.push(undo);
}

export async function cleanUp(): Promise<void> {
  for (let undo = undos.pop(); undo; undo = undos.pop()) await undo();
}
