/**
 * Where the units of an order are, as `production_units` tells it: ranges for what is plain, cells for the rest.
 */
export class UnitGrid {
    constructor({ units, serials, stages, cells }) {
        this.numbers = units.flatMap(([first, last]) =>
            Array.from({ length: last - first + 1 }, (_, index) => first + index)
        );
        this.serials = serials;
        this.stages = stages.map((stage) => ({
            ...stage,
            passedSet: toSet(stage.passed),
            readySet: toSet(stage.ready),
        }));
        this.cells = new Map(cells.map((cell) => [`${cell.workorder_id}-${cell.number}`, cell]));
        this.marks = new Map();
        for (const cell of cells) {
            const marks = this.marks.get(cell.number) || new Set();
            marks.add(cell.status);
            if (cell.rework_cycle > 1) {
                marks.add("rework");
            }
            this.marks.set(cell.number, marks);
        }
    }

    /**
     * Numbers of the units that a filter leaves.
     *
     * @param {string} filter all, work, rework, hold or lost
     */
    filter(filter) {
        const statuses = { work: ["progress", "paused"] }[filter] || [filter];
        return filter === "all"
            ? this.numbers
            : this.numbers.filter((number) =>
                  statuses.some((status) => this.isMarked(number, status))
              );
    }

    isMarked(number, mark) {
        return this.marks.get(number)?.has(mark) || false;
    }

    /** What there is to say of a unit at a stage: `{status, rework_cycle, person, available_from, …}`. */
    getCell(number, stage) {
        const cell = this.cells.get(`${stage.workorder_id}-${number}`);
        return { ...cell, status: this.getStatus(number, stage, cell) };
    }

    getStatus(number, stage, cell) {
        if (cell && ["progress", "paused", "hold", "lost"].includes(cell.status)) {
            return cell.status;
        }
        if (stage.passedSet.has(number)) {
            return "done";
        }
        return stage.readySet.has(number) ? "ready" : "none";
    }
}

function toSet(ranges) {
    const numbers = new Set();
    for (const [first, last] of ranges) {
        for (let number = first; number <= last; number++) {
            numbers.add(number);
        }
    }
    return numbers;
}
