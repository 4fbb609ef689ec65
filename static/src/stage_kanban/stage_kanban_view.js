import { registry } from "@web/core/registry";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { onPatched, useEffect } from "@odoo/owl";

/**
 * Cards whose buttons can be pressed with the keyboard.
 *
 * On core's cards Enter and the space bar belong to the card as a whole: only its first button can be reached without
 * a mouse, and after it was pressed, when the card is another, the focus is lost.
 */
export class StageKanbanRenderer extends KanbanRenderer {
    setup() {
        super.setup();
        this.pressedResId = false;
        const onKeydown = this.onKeydown.bind(this);
        useEffect(
            (el) => {
                el.addEventListener("keydown", onKeydown);
                return () => el.removeEventListener("keydown", onKeydown);
            },
            () => [this.rootRef.el]
        );
        onPatched(() => this.keepFocus());
    }

    onKeydown(ev) {
        this.pressedResId = false;
        if (["Enter", " "].includes(ev.key) && ev.target.closest("button, summary")) {
            ev.stopPropagation();
            const { id } = ev.target.closest(".o_kanban_record").dataset;
            this.pressedResId = this.props.list.records.find((record) => record.id === id)?.resId;
        }
    }

    keepFocus() {
        const record = this.props.list.records.find(({ resId }) => resId === this.pressedResId);
        if (record && document.activeElement === document.body) {
            this.rootRef.el.querySelector(`.o_kanban_record[data-id="${record.id}"]`)?.focus();
        }
    }
}

registry.category("views").add("mrp_stage_kanban", {
    ...kanbanView,
    Renderer: StageKanbanRenderer,
});
