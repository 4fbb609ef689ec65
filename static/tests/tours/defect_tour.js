import { registry } from "@web/core/registry";

import { takePhoto } from "./photos";

const card = (stage) => `.o_kanban_record:has(.fs-3:contains(${stage}))`;
const choice = (field, label) =>
    `.modal .o_field_widget[name=${field}] button:contains(/^${label}$/)`;

/** Opens the dialog at QA, says why, and adds a photo. */
const openReport = () => [
    {
        trigger: `${card("QA")} button[name=action_open_defect_report]`,
        run: "click",
    },
    {
        trigger: choice("reason_id", "Crooked seam"),
        run: "click",
    },
    {
        trigger: ".modal .o_field_many2many_binary button",
        async run() {
            await takePhoto(".modal .o_field_many2many_binary input[type=file]", "sleeve.png");
        },
    },
    {
        trigger: ".modal .o_field_many2many_binary .o_attachment:contains(sleeve.png)",
    },
];

/** Sends it, back to Sewing. */
const report = () => [
    {
        trigger: choice("return_stage", "Sewing"),
        run: "click",
    },
    {
        trigger: `${choice("return_stage", "Sewing")}[aria-pressed=true]`,
    },
    {
        trigger: ".modal button[name=action_report]",
        run: "click",
    },
    {
        trigger: "body:not(:has(.modal)) .o_kanban_view",
    },
];

const reportQuantity = () => [
    ...openReport(),
    {
        trigger: ".modal .o_field_widget[name=qty] input",
        run: "edit 7 && press Tab",
    },
    ...report(),
];

/**
 * An operator at QA finds crooked seams, on the phone: the batch is made as a whole.
 */
registry.category("web_tour.tours").add("mrp_production_stage_defect_whole", {
    steps: () => [
        ...reportQuantity(),
        {
            content: "Sewing is asked for what came back",
            trigger: `${card("Sewing")}:contains("Rework, cycle 2: Crooked seam") button:contains(Start)`,
        },
    ],
});

/**
 * The same where the batch is split: the rest stays at QA.
 */
registry.category("web_tour.tours").add("mrp_production_stage_defect_split", {
    steps: () => [
        ...reportQuantity(),
        {
            content: "What came back is an order of its own",
            trigger: `${card("Sewing")}:contains("Rework, cycle 2: Crooked seam") button:contains(Start)`,
        },
        {
            trigger: `${card("QA")} button:contains(Start)`,
        },
    ],
});

/**
 * The same where units are numbered: they are named.
 */
registry.category("web_tour.tours").add("mrp_production_stage_defect_units", {
    steps: () => [
        ...openReport(),
        {
            trigger: choice("unit_numbers", "2"),
            run: "click",
        },
        {
            trigger: choice("unit_numbers", "3"),
            run: "click",
        },
        {
            content: "A mistake is taken back",
            trigger: `${choice("unit_numbers", "2")}[aria-pressed=true]`,
            run: "click",
        },
        {
            trigger: `${choice("unit_numbers", "2")}[aria-pressed=false]`,
        },
        ...report(),
        {
            trigger: `${card("Sewing")}:contains("Rework, cycle 2: Crooked seam")`,
        },
    ],
});

/**
 * A supervisor returns what may not come back any more, and decides, in the office.
 */
registry.category("web_tour.tours").add("mrp_production_stage_defect_decide", {
    steps: () => [
        {
            trigger: ".o_notebook .nav-link:contains(Stages)",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(QA) button[name=action_open_defect_report]",
            run: "click",
        },
        {
            trigger: choice("reason_id", "Crooked seam"),
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=qty] input",
            run: "edit 5 && press Tab",
        },
        {
            trigger: choice("return_stage", "Sewing"),
            run: "click",
        },
        {
            trigger: ".modal button[name=action_report]",
            run: "click",
        },
        {
            content: "What happens now is told",
            trigger: ".o_notification:contains(The rework limit of Sewing)",
        },
        {
            trigger: "body:not(:has(.modal)) .o_data_row:contains(QA) button:contains(Decide)",
            run: "click",
        },
        {
            trigger: choice("verdict", "Accept as is"),
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit Cannot be seen",
        },
        {
            trigger: ".modal button[name=action_decide]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_data_row:contains(QA) button:contains(Start)",
        },
        {
            trigger: ".o_notebook .nav-link:contains(Defects)",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=defect_ids] .o_data_row:contains(Accepted as is)",
        },
    ],
});
