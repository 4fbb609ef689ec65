import { registry } from "@web/core/registry";

const material = (name, quantity) => [
    {
        trigger:
            ".modal [name=stage_material_ids] .o_field_x2many_list_row_add button, .modal [name=stage_material_ids] .o_field_x2many_list_row_add a",
        run: "click",
    },
    {
        trigger: ".modal .o_selected_row .o_field_widget[name=product_id] input",
        run: `edit ${name}`,
    },
    {
        trigger: `.o-autocomplete--dropdown-item:contains(${name})`,
        run: "click",
    },
    {
        trigger: ".modal .o_selected_row .o_field_widget[name=product_qty] input",
        run: `edit ${quantity}`,
    },
];

const stage = (name, minutes) => [
    {
        content: `A new stage: ${name}`,
        trigger: ".modal .o_field_widget[name=name] input:value()",
        run: `edit ${name}`,
    },
    {
        trigger: ".modal .o_field_widget[name=time_cycle_manual] input",
        run: `edit ${minutes}`,
    },
];

const saveAndNew = { trigger: ".modal .o_form_button_save_new", run: "click" };

/**
 * A manager writes down from nothing how coffee is made.
 */
registry.category("web_tour.tours").add("mrp_production_stage_template", {
    steps: () => [
        {
            trigger: ".o_list_view .o_list_button_add",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=product_tmpl_id] input",
            run: "edit House Blend 500 g",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(House Blend 500 g)",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=product_qty] input",
            run: "edit 20",
        },
        {
            trigger:
                "[name=stage_ids] .o_field_x2many_list_row_add button, [name=stage_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        ...stage("Roasting", 15),
        {
            content: "Beans leave stock when roasting starts",
            trigger: ".modal [name=consumption_mode] label:contains(At start)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=wait_after] input",
            run: "edit 12",
        },
        ...material("Green beans", "5.2"),
        saveAndNew,
        ...stage("Grinding", 10),
        saveAndNew,
        ...stage("Packing", 20),
        ...material("Bag", "20"),
        ...material("Label", "20"),
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "The stages tell what they use before anything is saved",
            trigger:
                "body:not(:has(.modal)) [name=stage_ids] .o_data_row:contains(Roasting):contains(Green beans)",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_form_saved",
        },
        {
            trigger: ".o_notebook a[name=materials]",
            run: "click",
        },
        {
            content: "All materials together, each with its stage",
            trigger: "[name=bom_line_ids] .o_data_row:contains(Label):contains(Packing)",
        },
    ],
});
