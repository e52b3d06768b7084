//! The exports of world `ai-provider`.

wire::component!(crate::Anthropic);
