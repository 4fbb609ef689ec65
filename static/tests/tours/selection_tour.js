import { registry } from "@web/core/registry";

const pick = (name) => `.modal .o_material_pick:contains(${name})`;

/**
 * An operator picks 20 m of blue and takes the rest of red, before the stage starts.
 */
registry.category("web_tour.tours").add("mrp_production_stage_selection", {
    steps: () => [
        {
            content: "What is open is asked for before anything else",
            trigger:
                ".o_kanban_record:contains(30 m Fabric: awaiting):not(:has(button:contains(Start)))",
        },
        {
            trigger: ".o_kanban_record:contains(Cutting) button:contains(Pick Materials)",
            run: "click",
        },
        {
            content: "All is missing",
            trigger: ".modal .o_material_picks [role=status]:contains(30 missing)",
        },
        {
            trigger: `${pick("Blue")}:contains(50 m at hand) input`,
            run: "edit 20 && press Tab",
        },
        {
            trigger: ".modal .o_material_picks [role=status]:contains(10 missing)",
        },
        {
            content: "Only what is searched, and what is picked, stays in sight",
            trigger: ".modal .o_material_picks_search",
            run: "edit rèd",
        },
        {
            trigger: `.modal:not(:has(.o_material_pick:contains(Green))) ${pick("Blue").slice(7)}`,
        },
        {
            trigger: `${pick("Red")} button:contains(Rest)`,
            run: "click",
        },
        {
            trigger:
                ".modal .o_material_picks [role=status]:not(:contains(missing)):has(.fa-check)",
        },
        {
            trigger: ".modal button[name=action_select]",
            run: "click",
        },
        {
            content: "What was picked is on the card, and the stage can start",
            trigger:
                "body:not(:has(.modal)) .o_kanban_record:contains(Cutting):contains(20 m Fabric):contains(10 m Fabric)",
        },
        {
            trigger: ".o_kanban_record:contains(Cutting) button:contains(Start)",
            run: "click",
        },
        {
            trigger: ".o_kanban_record:contains(Cutting):contains(In progress)",
        },
    ],
});
