//! What runs: an image that can be another one tomorrow.

use super::Rule;
use crate::facts::Step;
use crate::finding::{Effect, Found, Severity};

pub(super) static IMAGE_FLOATING: Rule = Rule {
    id: "image-floating",
    severity: Severity::High,
    sentence: "An image is named by a version tag or pinned by digest, never without a tag or by `latest`.",
    remedy: "Name a version, such as `web:1.4.2`, or pin the digest, such as `web@sha256:…`.",
    effect: "deny in production, where the step changes the image; else warn",
    found: "The image can be another one tomorrow",
};

pub(super) fn check(step: &Step<'_>, found: &mut Found) {
    for image in step.images.iter().filter(|image| image.floats()) {
        // An image that stays as it was is not this plan's doing: people are told, but other changes go through.
        let effect = if step.production && *image.before != *image.after { Effect::Deny } else { Effect::Warn };
        let (after, container): (&str, &str) = (&image.after, &image.container);
        found.add(&IMAGE_FLOATING, effect, format!("{after} for container {container} of {}", step.plain()));
    }
}
