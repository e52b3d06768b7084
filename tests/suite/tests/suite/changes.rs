//! "what changed?" on a real cluster: what this host did and what others did around it, with who did it.

use kubechat_core::operation::read::Changes as Asked;
use kubechat_core::operation::{Operation, Target};
use kubechat_core::read::{Answer, ChangeSource, Changes};
use kubechat_harness::User;
use kubechat_suite::world::{cluster, who};
use kubechat_suite::{Tested, World};
use serde_json::json;

use crate::KIT;
use crate::carried::carried_out;

async fn changes(world: &World, user: User, name: Option<&str>) -> Tested<Changes> {
    let namespace = Some(world.namespace.name().parse()?);
    let target = match name {
        Some(name) => Some(Target { kind: "deployment".parse()?, namespace: namespace.clone(), name: name.parse()? }),
        None => None,
    };
    let asked = Operation::Changes(Asked { target, namespace, minutes: None });
    match world.flow.read(&who(user), &cluster(), &asked).await? {
        Answer::Changes(changes) => Ok(changes),
        other => Err(format!("{other:?}").into()),
    }
}

#[tokio::test]
async fn our_own_change_and_one_made_around_us_are_both_told_with_who_made_them() -> Tested {
    let world = KIT.world("changes").await?;
    world.namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
    world.namespace.rolled_out("web").await?;
    let set = json!({"op": "set-image", "target": {"kind": "deployment", "name": "web"}, "image": ":2"});
    carried_out(&world, vec![set]).await?;
    world.namespace.kubectl(User::Second).run(&["set", "image", "deployment/web", "*=registry.example/web:3"]).await?;
    world.namespace.rolled_out("web").await?;

    let found = changes(&world, User::Editor, Some("web")).await?;
    let of = |source| found.rows.iter().filter(move |row| row.source == source);
    let rolled: Vec<_> = of(ChangeSource::Rollout).map(|row| row.what.as_str()).collect();
    assert_eq!(rolled.len(), 2, "{rolled:?}");
    assert!(rolled[0].contains("web:2 → registry.example/web:3"), "{rolled:?}");
    assert!(rolled[1].contains("web:1 → registry.example/web:2"), "{rolled:?}");
    let writers: Vec<_> = of(ChangeSource::Writer).filter_map(|row| row.who.as_deref()).collect();
    assert!(writers.contains(&"kubectl-set"), "{writers:?}");
    let ours: Vec<_> = of(ChangeSource::Kubechat).collect();
    assert_eq!(ours.len(), 1, "{found:#?}");
    assert_eq!(ours[0].who, Some(who(User::Editor).name));
    assert!(ours[0].what.contains("succeeded"), "{}", ours[0].what);
    assert!(
        found.gaps.iter().any(|gap| gap.contains("not recorded") || gap.contains("is recorded")),
        "{:?}",
        found.gaps
    );

    let whole = changes(&world, User::Editor, None).await?;
    let told = |source| whole.rows.iter().any(|row| row.source == source && row.object.ends_with("/web"));
    assert!(told(ChangeSource::Created) && told(ChangeSource::Rollout) && told(ChangeSource::Kubechat), "{whole:#?}");
    Ok(())
}

#[tokio::test]
async fn who_may_not_see_a_namespace_is_not_told_what_changed_in_it() -> Tested {
    let world = KIT.world("changes-hidden").await?;
    world.namespace.deploy("web", "registry.example/web:1", 1, &[]).await?;
    world.namespace.kubectl(User::Admin).run(&["delete", "rolebinding", "people-view"]).await?;
    assert!(changes(&world, User::Viewer, Some("web")).await.is_err());
    assert!(changes(&world, User::Viewer, None).await.is_err());
    Ok(())
}
