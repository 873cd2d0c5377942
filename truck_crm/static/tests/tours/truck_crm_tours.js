import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");

/** Let the browser answer like this when it is asked where it is. */
function setPlace(getCurrentPosition) {
    Object.defineProperty(navigator, "geolocation", {
        value: {getCurrentPosition},
        configurable: true,
    });
}

tours.add("truck_crm_sell_and_deliver", {
    steps: () => [
        {
            content: "Confirm the quotation",
            trigger: ".o_statusbar_buttons button[name=action_confirm]:enabled",
            run: "click",
        },
        {
            content: "Open its delivery",
            trigger: "button[name=action_view_delivery]",
            run: "click",
        },
        {
            content: "Hand the truck over",
            trigger: ".o_statusbar_buttons button[name=button_validate]:enabled",
            run: "click",
        },
        {
            content: "The vehicle is there: open it",
            trigger: "button[name=action_truck_view_vehicles]:contains(1)",
            run: "click",
        },
        {
            content: "It has its VIN",
            trigger: ".o_field_widget[name=vin]:contains(LGGA2B4D6RL300101)",
        },
        {
            content: "It has its owner",
            trigger: ".o_field_widget[name=owner_id] input:value(Haulier)",
        },
        {
            content: "Its timeline tells of the delivery",
            trigger: ".o_notebook_headers a[name=timeline]",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=event_ids] .o_data_row:contains(Delivered):contains(Nanning)",
        },
        {
            content: "Walk to the dealer",
            trigger: ".o_field_widget[name=dealer_id] .o_external_button:not(:visible)",
            run: "click",
        },
        {
            content: "Look at its branch",
            trigger: "button[name=action_view_branch]",
            run: "click",
        },
        {
            trigger: ".o_hierarchy_node:contains(Nanning)",
        },
    ],
});

tours.add("truck_crm_new_dealer", {
    steps: () => [
        ...stepUtils.goToAppSteps("truck_crm.truck_crm_menu_root"),
        {
            trigger: "button[data-menu-xmlid='truck_crm.truck_dealer_menu_root']",
            run: "click",
        },
        {
            trigger: "a[data-menu-xmlid='truck_crm.truck_dealer_menu']",
            run: "click",
        },
        {
            content: "Unfold the agent",
            trigger:
                ".o_hierarchy_node_container:contains(South) .o_hierarchy_node_button:contains(Unfold)",
            run: "click",
        },
        {
            trigger: ".o_hierarchy_node:contains(Nanning)",
        },
        {
            content: "Enter a new dealer",
            trigger: ".o_control_panel_main_buttons .o_hierarchy_button_add",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=partner_id] input",
            run: "edit Yulin Trucks",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Yulin Trucks) a",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=tier_id] input",
            run: "edit Sub",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Sub-Dealer) a",
            run: "click",
        },
        {
            content: "A sub-dealer cannot stand under the manufacturer",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger:
                ".modal:contains(cannot stand directly under the manufacturer) .modal-footer button",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=parent_id] input",
            run: "edit Nanning",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Nanning) a",
            run: "click",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger:
                ".o_statusbar_buttons button[name=action_activate]:contains(Activate)",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current[data-value=active]",
        },
    ],
});

tours.add("truck_crm_mileage_on_the_phone", {
    steps: () => [
        {
            content: "Open the search",
            trigger: ".o_control_panel_navigation button:has(.fa-search)",
            run: "click",
        },
        {
            trigger: ".o_searchview_input",
            run: "edit B12345",
        },
        {
            trigger: ".o_searchview_input",
            run: "press Enter",
        },
        {
            content: "Open the truck",
            trigger: ".o_kanban_record:contains(LGGA2B4D6RL300101)",
            run: "click",
        },
        {
            content: "Add a reading",
            trigger: ".o_field_widget[name=mileage_ids] .o-kanban-button-new",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=odometer] input",
            run: "edit 4321",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        ...stepUtils.saveForm(),
        {
            trigger: ".o_field_widget[name=mileage]:contains(4,321)",
        },
    ],
});

tours.add("truck_crm_terminate_dealer", {
    steps: () => [
        {
            content: "End the relation",
            trigger: ".o_statusbar_buttons button[name=action_terminate]",
            run: "click",
        },
        {
            content: "The preview tells what is left",
            trigger: ".modal .o_field_widget[name=customer_count]:contains(1)",
        },
        {
            trigger:
                ".modal .o_field_widget[name=child_ids] .o_data_row:contains(Beibu)",
        },
        {
            content: "Say why",
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit Not renewed",
        },
        {
            content: "Choose who takes over",
            trigger: ".modal .o_field_widget[name=successor_id] input",
            run: "edit North",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(North) a",
            run: "click",
        },
        {
            trigger: ".modal footer button[name=action_confirm]",
            run: "click",
        },
        {
            content: "It is over",
            trigger:
                ".o_statusbar_status .o_arrow_button_current[data-value=terminated]",
        },
        {
            content: "Go on to the successor",
            trigger: ".o_field_widget[name=successor_id] a:contains(North)",
            run: "click",
        },
        {
            content: "Its customers",
            trigger:
                ".o_form_view:has(.o_field_widget[name=partner_id] input:value(North)) button[name=action_view_customers]:contains(1)",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Haulier):contains(North)",
        },
    ],
});

tours.add("truck_crm_find_on_the_phone", {
    steps: () => [
        {
            content: "Open the search",
            trigger: ".o_control_panel_navigation button:has(.fa-search)",
            run: "click",
        },
        {
            content: "Two characters from the middle of the name",
            trigger: ".o_searchview_input",
            run: "edit 州顺",
        },
        {
            trigger: ".o_searchview_input",
            run: "press Enter",
        },
        {
            content: "One card, and not that of another customer",
            trigger:
                ".o_kanban_renderer:not(:has(.o_kanban_record:contains(重庆宏远)))",
        },
        {
            trigger: ".o_kanban_record:contains(柳州顺达)",
            run: "click",
        },
        {
            content: "His phone can be called",
            trigger: ".o_form_view .o_field_phone a[href^='tel:']",
        },
    ],
});

tours.add("truck_crm_quick_entry_on_the_phone", {
    steps: () => [
        {
            trigger: ".o_field_widget[name=name] input",
            run: "edit 桂林恒通物流有限公司",
        },
        {
            trigger: ".o_field_widget[name=truck_mobile] input",
            run: "edit 13807730001",
        },
        {
            content: "Who serves him: a phone shows cards to choose from",
            trigger: ".o_field_widget[name=truck_dealer_id] input",
            run: "click",
        },
        {
            trigger: ".modal .o_kanban_record:contains(Nanning):contains(South)",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=truck_dealer_id] input:value(Nanning)",
        },
        ...stepUtils.saveForm(),
        {
            content: "He has a number, and his whole file is one tap away",
            trigger: ".o_form_view .o_field_widget[name=ref]:contains(C0)",
        },
        {
            trigger: "button[name=action_truck_view_file]",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_notebook .nav-link[name=truck_fleet]",
        },
    ],
});

tours.add("truck_crm_log_contact", {
    steps: () => [
        {
            content: "First tap: all is filled in",
            trigger: ".o_statusbar_buttons button[name=action_truck_log_contact]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=partner_id] input:value(Haulier)",
        },
        {
            content: "What came of it",
            trigger:
                ".modal .o_field_widget[name=result_id] .o_selection_badge:contains(Interested)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=content] textarea",
            run: "edit Wants two more tractors",
        },
        {
            content: "When he is called again",
            trigger:
                ".modal .o_field_widget[name=next_date] input, .modal .o_field_widget[name=next_date] button",
            run: "click",
        },
        {
            trigger:
                ".o_datetime_picker .o_today, .o_datetime_picker .o_date_item_cell.o_today",
            run: "click",
        },
        {
            content: "Second tap",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "The contact is counted; open what was said",
            trigger:
                "body:not(:has(.modal)) button[name=action_truck_view_interactions]:contains(1)",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Haulier):contains(Wants two more tractors)",
        },
    ],
});

tours.add("truck_crm_close_page_while_logging", {
    steps: () => [
        {
            trigger: ".o_statusbar_buttons button[name=action_truck_log_contact]",
            run: "click",
        },
        {
            content: "The page is reloaded, or closed: nothing has happened yet",
            trigger: ".modal .o_field_widget[name=partner_id] input:value(Haulier)",
            run: () => window.location.reload(),
            expectUnloadPage: true,
        },
        {
            trigger: "body:not(:has(.modal)) .o_form_view",
        },
    ],
});

tours.add("truck_crm_log_contact_on_the_phone", {
    steps: () => [
        {
            content: "First tap, on the card",
            trigger:
                ".o_kanban_record:contains(Haulier) a[name=action_truck_log_contact]",
            run: "click",
        },
        {
            content: "Second tap",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "His card leads to the form, where the button is the first",
            trigger: "body:not(:has(.modal)) .o_kanban_record:contains(Haulier) .fs-5",
            run: "click",
        },
        {
            trigger:
                ".o_form_view .o_statusbar_buttons > button[name=action_truck_log_contact]",
            run: "click",
        },
        {
            content: "This time it was a visit",
            trigger:
                ".modal .o_field_widget[name=kind] .o_selection_badge:contains(Visit)",
            run: "click",
        },
        {
            content: "The phone refuses to tell where it is",
            trigger: ".modal .o_truck_phone_place button",
            run(helpers) {
                setPlace((found, refused) => refused({code: 1}));
                return helpers.click();
            },
        },
        {
            trigger: ".o_notification:contains(Allow it for this site)",
        },
        {
            content: "Now it does",
            trigger: ".modal .o_truck_phone_place button:enabled",
            run(helpers) {
                setPlace((found) =>
                    found({coords: {latitude: 22.817, longitude: 108.3669}})
                );
                return helpers.click();
            },
        },
        {
            trigger: ".modal .o_truck_phone_place:contains(22.81700)",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_form_view",
        },
    ],
});

tours.add("truck_crm_message_too_often", {
    steps: () => [
        {
            content: "A form asks nothing",
            trigger:
                "body:not(:has(.o_truck_contact_limit)) .o-mail-Chatter-sendMessage",
            run: "click",
        },
        {
            content: "Whoever writes is told",
            trigger: ".o_truck_contact_limit:contains(contacted 1 times)",
        },
        {
            content: "A note goes to nobody outside",
            trigger: ".o-mail-Chatter-logNote",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.o_truck_contact_limit)) .o-mail-Composer-input[placeholder*=internal]",
        },
        {
            trigger: ".o-mail-Chatter-sendMessage",
            run: "click",
        },
        {
            content: "It can be sent all the same",
            trigger:
                ".o-mail-Chatter:has(.o_truck_contact_limit) .o-mail-Composer-input",
            run: "edit One more mail",
        },
        {
            trigger: ".o-mail-Composer-send:enabled",
            run: "click",
        },
        {
            trigger: ".o-mail-Message:contains(One more mail)",
        },
    ],
});
