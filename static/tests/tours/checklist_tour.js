import { registry } from "@web/core/registry";

import { takePhoto } from "./photos";

const check = (name) => `.modal .o_stage_check:contains(${name})`;

/**
 * An operator finishes a stage that asks for answers and photos, on the phone.
 */
registry.category("web_tour.tours").add("mrp_production_stage_checklist", {
    steps: () => [
        {
            trigger: ".o_kanban_record:contains(Roasting) button:contains(Finish)",
            run: "click",
        },
        {
            content: "A wrong answer is told at once",
            trigger: `${check("Drum is clean")} button:contains(No)`,
            run: "click",
        },
        {
            trigger: `${check("Drum is clean")} [role=alert]:contains(Only a supervisor)`,
        },
        {
            trigger: `${check("Drum is clean")} button:contains(Yes)`,
            run: "click",
        },
        {
            trigger: `${check("Drum is clean")}:not(:has([role=alert]))`,
        },
        {
            content: "A number out of its limits, typed with the comma of the phone's keyboard",
            trigger: `${check("Moisture")}:contains(0 to 3.5 %) input`,
            run: "edit 4,2 && press Tab",
        },
        {
            trigger: `${check("Moisture")} [role=alert]`,
        },
        {
            trigger: `${check("Moisture")} input:value("4.2")`,
            run: "edit 3.2 && press Tab",
        },
        {
            trigger: `${check("Moisture")}:not(:has([role=alert]))`,
        },
        {
            trigger: `${check("Beans on the tray")} label.btn:contains(Take a Photo)`,
            async run() {
                await takePhoto(".modal .o_stage_check label.btn input[type=file]", "beans.png");
            },
        },
        {
            trigger: `${check("Beans on the tray")} img`,
        },
        {
            trigger: ".modal .o_field_many2many_binary button",
            async run() {
                await takePhoto(".modal .o_field_many2many_binary input[type=file]", "roast.png");
            },
        },
        {
            trigger: ".modal .o_field_many2many_binary .o_attachment:contains(roast.png)",
        },
        {
            trigger: ".modal button[name=action_finish]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_kanban_view",
        },
    ],
});
