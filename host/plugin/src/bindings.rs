//! Host bindings made from `wit/v0.1`: one module per world.
//!
//! The modules repeat the types of interfaces both worlds import; each world's host code lives with its capability.

pub(crate) mod pack {
    wasmtime::component::bindgen!({
        path: "../../wit/v0.1",
        world: "policy-pack",
        imports: { default: trappable },
        exports: { default: async },
    });
}

pub(crate) mod provider {
    wasmtime::component::bindgen!({
        path: "../../wit/v0.1",
        world: "ai-provider",
        imports: {
            "kubechat:plugin/events.[method]event-sink.emit": async | trappable,
            "kubechat:plugin/events.[method]event-sink.wait": async | trappable,
            "kubechat:plugin/http.send": async | trappable,
            "kubechat:plugin/http.[method]answer.read": async | trappable,
            default: trappable,
        },
        exports: { default: async },
        with: {
            "kubechat:plugin/events.event-sink": crate::capability::event_sink::EventSink,
            "kubechat:plugin/http.answer": crate::capability::http::GuestAnswer,
        },
    });
}
