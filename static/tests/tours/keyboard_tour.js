import { registry } from "@web/core/registry";

const card = ".o_kanban_record:contains(Roasting):contains(Arabica)";

function focus() {
    this.anchor.focus();
}

/**
 * An operator works a stage with the keyboard alone.
 */
registry.category("web_tour.tours").add("mrp_production_stage_keyboard", {
    steps: () => [
        {
            trigger: card,
        },
        {
            content: "From the search to the cards",
            trigger: ".o_searchview_input",
            run: "press ArrowDown",
        },
        {
            trigger: `${card}:focus`,
            run: "press Tab",
        },
        {
            trigger: `${card} summary:focus`,
            run: "press Tab",
        },
        {
            trigger: `${card} button[name=action_stage_start]:focus`,
            run: "press Enter",
        },
        {
            content: "The card keeps the focus, and what has begun comes first",
            trigger: `${card}:first-child:focus`,
        },
        {
            trigger: `${card} button[name=action_stage_pause]`,
            run: focus,
        },
        {
            trigger: `${card} button[name=action_stage_pause]:focus`,
            run: "press Enter",
        },
        {
            trigger: `${card} button[name=action_stage_resume]`,
            run: focus,
        },
        {
            trigger: `${card} button[name=action_stage_resume]:focus`,
            run: "press Enter",
        },
        {
            trigger: `${card}:contains(In progress) button[name=action_open_stage_finish]`,
            run: focus,
        },
        {
            trigger: `${card} button[name=action_open_stage_finish]:focus`,
            run: "press Enter",
        },
        {
            content: "The quantity has the focus",
            trigger: ".modal .o_field_widget[name=qty] input:focus",
            run: "edit 12",
        },
        {
            trigger: ".modal .o_field_widget[name=qty] input",
            run: "press Alt+q",
        },
        {
            trigger: `body:not(:has(.modal)) ${card}:contains(12 of 20)`,
        },
    ],
});
