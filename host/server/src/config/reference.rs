//! The reference: `docs/config.md`, made from the table of settings by `kubechat gen config`.

use std::fmt::Write as _;

use super::SETTINGS;

const HEAD: &str = "# Configuration

Made by `kubechat gen config`; change `host/server/src/config` instead.

The host reads a TOML file (`--config FILE` or `$KUBECHAT_CONFIG`), then the environment, then flags; a later one replaces
an earlier one whole. Unknown fields and unknown `KUBECHAT_` variables are errors. `kubechat config explain` prints each
value and where it came from. Paths in the file are meant from the file's folder.

| in the file | variable | flag | default | what it decides |
|---|---|---|---|---|
";

const TAIL: &str = "
## `[[principals]]`

Who may ask and approve; everything on a cluster happens as one of them, with the rights of the kubeconfig named here. The
first one is who the command line is when it isn't told otherwise.

| field | |
|---|---|
| `name` | unique; names the token file |
| `groups` | optional; approvals may ask for them |
| `clusters` | at least one of `{name, kubeconfig, context?, mode?, namespaces?}`; the first is meant when none is named |

`mode` of a cluster is `read-only`, `suggest-only` or `guarded`, never more than the host's own. A cluster that looks like
production is read-only until its entry says a `mode`: its name, context or server holds the word `prod`, `prd` or
`production`, or its `kube-system` namespace is labelled `environment`, `env` or `stage` so. `namespaces` is a list of
`{name, mode}`: other modes for the namespaces that fit `name`, where `*` stands for any text; the first rule that fits counts.
`kubechat cluster mode` shows what counts where, and why; `kubechat cluster mode CLUSTER MODE` changes it in this file.

A rule for a namespace also holds for what reaches into it from elsewhere: a `NoExecute` taint or a node's deletion that takes
its pods, a definition's deletion that takes its objects, a cluster-wide role that counts there, a webhook that is asked
about its writes, a Service behind such a webhook or behind a route of that namespace, a volume bound by one of its claims.
Such a plan is refused where the namespace is read-only, and not executed where it is suggest-only; the refusal names the
namespaces and the rule. It is judged again, from fresh facts, before each step and at the write. What counts everywhere
(a ClusterRoleBinding, a cluster-wide kind nobody here knows) and what could not be seen is held to the strictest rule of the
cluster. So on a cluster with such a rule, who takes a Service's last endpoint needs the right to `list`
`validatingwebhookconfigurations`, `mutatingwebhookconfigurations` and `apiservices`: without it nobody can tell whether
a webhook asks there. Not followed: pods preempted by more important ones, clients that call a Service across namespaces,
and what custom controllers do beyond the namespace of their resource (Argo CD and Flux count as not seen).

## `[[packs]]`

| field | |
|---|---|
| `id` | the pack's id, as `kubechat plugin list` shows it |
| `binding` | `enforce` (default) or `monitor`: shown, does not bind |
| `settings` | a table under the pack's own schema |

A bound pack that is missing or fails denies every write while it is enforced.

## `[[models]]`

What the rules (`provider-rules`) understand never waits for a model. Other sentences go to the first model; when it fails,
to the next, and why stands in the answer and in the plan. At most 8. What each needs bound, [providers](providers.md) says.

| field | |
|---|---|
| `provider` | the provider's id, as `kubechat provider list` shows it |
| `settings` | a table under the provider's own schema; the model is chosen here: `settings = { model = \"qwen3:8b\" }` |
| `tasks` | what it is asked for, of `plan`, `explain`, `summarise`; all unless said. [What each is](providers.md#a-model-for-each-task), the host decides. One of the models needs `plan` |
| `budget` | `{tokens_per_day?, cost_per_day?, input_per_million?, output_per_million?}`: what it may use from 00:00 to 24:00 UTC; no limit unless said. [How it is counted](providers.md#budgets) |
| `calls_at_once` | how many calls of its component may run at once, from 1 to 256; 4 unless said, and of several entries of one component the largest. A call may take 64 MiB |

Tokens are those read and written together. Money is text (`\"5.00\"`), in whatever currency the prices are in; `cost_per_day`
needs both prices. `kubechat provider use PROVIDER MODEL` changes this list, `kubechat provider list` shows it as it stands.

## `[egress.<destination>]`

A component that asks something outside names a logical destination (`ollama`, `openai`); its manifest lists them, and
`kubechat plugin list -o json` shows them. What is not bound here is closed. `kubechat egress bind` and `unbind` change this file.

| field | |
|---|---|
| `url` | below this everything is sent; `https://`, or `http://` for an internal destination |
| `internal` | `true` when it may lie inside: on this machine, in a private network, in a cluster. Link-local and metadata addresses and API servers stay closed all the same |
| `ca` | a PEM file with the one CA that may vouch for it; without one, the system's |
| `proxy` | `http://host:port` of a proxy that is asked to connect, for `https://` only and to no address inside; proxy variables have no say |
| `credential` | `env:NAME` or `file:/path`: where the secret is, never the secret. A file is read for each request |
| `credential_header`, `credential_prefix` | where it goes: `authorization` and `Bearer ` unless said; with another header the prefix is empty unless said |
| `data` | what may go there, of `prompts`, `objects`, `logs`, `secret-metadata`; `[\"prompts\", \"objects\"]` unless said |

The name is looked up once for a connection, every address it has is judged, and a judged one is dialled. API servers that
kubeconfigs name by DNS are looked up then too, so that no other name leads to one; while one at the same port can't be, nothing
is sent to that port, and `kubechat doctor` says which. What a proxy dials nobody here judges: an address inside, or an API
server, is refused by its name and by its plain address only, so bind through a proxy that refuses those itself. Redirects are
followed for reads only, within the origin. `kubechat egress log` shows each request, `kubechat egress test` tries one.

## Example

```toml
mode = \"guarded\"

[[principals]]
name = \"mira\"
groups = [\"shop-team\"]

[[principals.clusters]]
name = \"staging\"
kubeconfig = \"/home/mira/.kube/config\"
context = \"staging\"

[[principals.clusters]]
name = \"production\"
kubeconfig = \"/home/mira/.kube/config\"
context = \"production\"
mode = \"suggest-only\"
namespaces = [{ name = \"sandbox-*\", mode = \"guarded\" }]

[[packs]]
id = \"policy-baseline\"
binding = \"enforce\"

[[models]]
provider = \"provider-ollama\"
settings = { model = \"qwen3:8b\" }

[[models]]
provider = \"provider-openai\"
settings = { model = \"gpt-5.4\" }
tasks = [\"plan\", \"explain\"]
budget = { tokens_per_day = 200000, cost_per_day = \"5.00\", input_per_million = \"3.00\", output_per_million = \"15.00\" }

[egress.ollama]
url = \"http://127.0.0.1:11434\"
internal = true
data = [\"prompts\", \"objects\", \"logs\"]

[egress.openai]
url = \"https://api.openai.com/v1\"
credential = \"env:OPENAI_API_KEY\"
```
";

/// The document.
pub fn reference() -> String {
    let mut text = HEAD.to_owned();
    let code = |text: &str| if text.is_empty() { String::new() } else { format!("`{text}`") };
    for setting in SETTINGS {
        // Writing to a string can't fail.
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} |",
            setting.name,
            code(setting.variable),
            code(setting.flag),
            setting.default,
            setting.about
        );
    }
    text + TAIL
}

/// The example of the document, for tests.
#[cfg(test)]
pub(super) fn example() -> &'static str {
    TAIL.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap_or_default()
}
