//! Layers, origins and refusals of the configuration.

use std::fs;

use super::*;

fn around(variables: &[(&str, &str)]) -> Surroundings {
    let own = [("HOME", "/nowhere"), ("USER", "mira")];
    let all = own.iter().chain(variables);
    Surroundings { variables: all.map(|(key, value)| (key.into(), value.into())).collect(), program: None }
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("kubechat-config-{}-{name}.toml", std::process::id()));
    fs::write(&path, text).unwrap();
    path
}

const KUBECONFIG: (&str, &str) = ("KUBECONFIG", "/nowhere/kubeconfig");

#[test]
fn flags_beat_the_environment_and_that_beats_the_file() {
    let path = file("order", "mode = 'guarded'\nlisten = '127.0.0.1:1'\nlog = 'debug'\n");
    let around = around(&[KUBECONFIG, ("KUBECHAT_LISTEN", "127.0.0.1:2"), ("KUBECHAT_LOG", "warn")]);
    let flags = Flags { listen: Some("127.0.0.1:3".to_owned()), ..Flags::default() };
    let config = Config::load(Some(&path), flags.into(), &around).unwrap();
    assert_eq!((config.listen.value.port(), config.listen.origin), (3, Origin::Flag("--listen")));
    assert_eq!((config.log.value.as_str(), config.log.origin), ("warn", Origin::Environment("KUBECHAT_LOG")));
    assert_eq!((config.mode.value, config.mode.origin), (Mode::Guarded, Origin::File(path)));
    assert_eq!(config.provider.origin, Origin::Default);
}

#[test]
fn without_a_word_nothing_is_executed() {
    let config = Config::load(None, Layer::default(), &around(&[KUBECONFIG])).unwrap();
    assert_eq!(config.mode.value, Mode::SuggestOnly);
    assert!(!config.confirm_only.value && !config.allow_unsigned.value);
    assert_eq!(config.packs.value[0].binding, Binding::Enforce);
    assert_eq!(config.principals.value[0].name, "mira");
}

#[test]
fn a_misspelt_field_or_variable_is_refused_by_its_name() {
    let path = file("unknown", "mod = 'read-only'\n");
    let refused = Config::load(Some(&path), Layer::default(), &around(&[KUBECONFIG])).unwrap_err();
    assert!(refused.what.contains("mod"), "{refused}");
    let nested = file("nested", "[[packs]]\nid = 'p'\nbindings = 'monitor'\n");
    assert!(Config::load(Some(&nested), Layer::default(), &around(&[KUBECONFIG])).is_err());
    let refused = Config::load(None, Layer::default(), &around(&[KUBECONFIG, ("KUBECHAT_MOD", "x")])).unwrap_err();
    assert!(refused.what.contains("KUBECHAT_MOD"), "{refused}");
}

#[test]
fn a_certificate_without_its_key_is_refused_and_so_is_a_key_alone() {
    let load = |variables: &[(&str, &str)]| {
        Config::load(None, Layer::default(), &around(&[&[KUBECONFIG], variables].concat()))
            .map(|config| config.tls.value)
    };
    let (cert, key) = (("KUBECHAT_TLS_CERT", "/c.pem"), ("KUBECHAT_TLS_KEY", "/k.pem"));
    assert_eq!(load(&[]).unwrap(), None);
    assert_eq!(load(&[cert, key]).unwrap(), Some(TlsFiles { cert: "/c.pem".into(), key: "/k.pem".into() }));
    for (half, missing) in [(cert, "without tls_key"), (key, "without tls_cert")] {
        assert!(load(&[half]).unwrap_err().what.contains(missing));
    }
}

#[test]
fn a_listener_beyond_loopback_is_refused() {
    for (address, fits) in [
        ("127.0.0.1:0", true),
        ("[::1]:7080", true),
        ("0.0.0.0:7080", false),
        ("10.0.0.1:7080", false),
        ("[::]:7080", false),
        ("localhost", false),
    ] {
        let flags = Flags { listen: Some(address.to_owned()), ..Flags::default() };
        let loaded = Config::load(None, flags.into(), &around(&[KUBECONFIG]));
        assert_eq!(loaded.is_ok(), fits, "{address}");
    }
}

#[test]
fn a_time_out_of_its_range_is_refused_with_the_range() {
    for (variable, fits, range) in [
        ("KUBECHAT_PLAN_LIFE_S", [10, 86_400], "10 to 86400 seconds"),
        ("KUBECHAT_SETTLE_S", [1, 3_600], "1 to 3600 seconds"),
        ("KUBECHAT_THREAD_DAYS", [1, 3_650], "1 to 3650 days"),
    ] {
        let load =
            |value: u32| Config::load(None, Layer::default(), &around(&[KUBECONFIG, (variable, &value.to_string())]));
        let [lowest, highest] = fits;
        assert!(load(lowest).is_ok() && load(highest).is_ok(), "{variable}");
        for beyond in [lowest - 1, highest + 1] {
            let refused = load(beyond).unwrap_err();
            assert!(refused.what.contains(variable) && refused.hint == range, "{refused}");
        }
    }
}

#[test]
fn no_cluster_is_taken_in_silence() {
    let refused = Config::load(None, Layer::default(), &around(&[])).unwrap_err();
    assert!(refused.what.contains("none is taken in silence"), "{refused}");
    let several = Config::load(None, Layer::default(), &around(&[("KUBECONFIG", "/a:/b")])).unwrap_err();
    assert!(several.hint.contains("--flatten"), "{several}");
}

#[test]
fn principals_that_could_be_confused_are_refused() {
    let with = |name: &str, kubeconfig: &str| {
        format!("[[principals]]\nname = '{name}'\nclusters = [{{name = 'c', kubeconfig = '{kubeconfig}'}}]\n")
    };
    let one = |name: &str| with(name, "k");
    for (case, text) in [
        ("one-identity", one("jon") + &one("mira")),
        ("twice", one("jon") + &one("jon")),
        ("path", one("../jon")),
        ("hidden", one(".jon")),
        ("empty", one("")),
        ("alone", "confirm_only = true\n".to_owned() + &one("jon") + &with("mira", "m")),
        ("no-cluster", "[[principals]]\nname = 'jon'\nclusters = []\n".to_owned()),
        ("both", "kubeconfig = 'k'\n".to_owned() + &one("jon")),
    ] {
        let path = file(case, &text);
        assert!(Config::load(Some(&path), Layer::default(), &around(&[])).is_err(), "{case}");
    }
    let path = file("two", &(one("jon") + &with("mira", "m")));
    let config = Config::load(Some(&path), Layer::default(), &around(&[KUBECONFIG])).unwrap();
    let kubeconfig = &config.principals.value[0].clusters[0].kubeconfig;
    assert_eq!(*kubeconfig, std::env::temp_dir().join("k"), "meant from the file's folder");
}

#[test]
fn a_rule_for_namespaces_is_read_and_a_wrong_one_is_refused() {
    let with = |rules: &str| {
        format!(
            "[[principals]]\nname = 'mira'\nclusters = [{{name = 'c', kubeconfig = 'k', namespaces = [{rules}]}}]\n"
        )
    };
    let path = file("rules", &with("{name = 'shop-*', mode = 'suggest-only'}"));
    let config = Config::load(Some(&path), Layer::default(), &around(&[])).unwrap();
    let rule = &config.principals.value[0].clusters[0].namespaces[0];
    assert_eq!((rule.name.as_str(), rule.mode), ("shop-*", Mode::SuggestOnly));
    let many = vec!["{name = 'a', mode = 'guarded'}"; 65].join(", ");
    for (case, rules) in [
        ("rule-empty", "{name = '', mode = 'guarded'}"),
        ("rule-path", "{name = '../x', mode = 'guarded'}"),
        ("rule-mode", "{name = 'a', mode = 'free'}"),
        ("rule-field", "{name = 'a', mode = 'guarded', force = true}"),
        ("rule-many", &many),
    ] {
        let path = file(case, &with(rules));
        assert!(Config::load(Some(&path), Layer::default(), &around(&[])).is_err(), "{case}");
    }
}

#[test]
fn every_value_is_explained_with_its_origin() {
    let config = Config::load(None, Layer::default(), &around(&[KUBECONFIG, ("KUBECHAT_MODE", "guarded")])).unwrap();
    let text = explain(&config);
    let line =
        |start: &str| text.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{start}: {text}"));
    assert!(line("mode").ends_with("$KUBECHAT_MODE"));
    assert!(line("listen").ends_with("default"));
    for setting in SETTINGS.iter().filter(|setting| !["kubeconfig", "context"].contains(&setting.name)) {
        line(setting.name);
    }
}

#[test]
fn the_example_of_the_reference_is_a_configuration() {
    let path = file("example", super::reference::example());
    let config = Config::load(Some(&path), Layer::default(), &around(&[])).unwrap();
    assert_eq!(config.principals.value[0].clusters[1].mode, Some(Mode::SuggestOnly));
}
