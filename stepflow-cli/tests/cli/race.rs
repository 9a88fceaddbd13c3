//! Many processes decide at once.

use stepflow_store::RunStatus;

use crate::tool::Answer;
use crate::world::{World, id, refund};

crate::on_every_store![of_many_processes_that_decide_one_does_and_the_others_say_who];

async fn of_many_processes_that_decide_one_does_and_the_others_say_who(world: World) {
    let program = world.program().await;
    for round in 0..3 {
        let run = format!("order-{round}");
        refund(&program, &run, 7).await;
        let people: Vec<String> = (0..8).map(|number| format!("person-{number}")).collect();
        let deciding: Vec<_> = people
            .iter()
            .enumerate()
            .map(|(number, by)| {
                let word = if number % 2 == 0 { "approve" } else { "deny" };
                (word, by, world.tool.spawn(&[word, &format!("{run}/pay/1/1"), "--by", by]))
            })
            .collect();
        let answers: Vec<_> = deciding
            .into_iter()
            .map(|(word, by, child)| (word, by, Answer::of(child.wait_with_output().unwrap())))
            .collect();

        let winners: Vec<_> = answers.iter().filter(|(_, _, answer)| answer.code == 0).collect();
        let [(word, winner, _)] = winners[..] else { panic!("{answers:?}") };
        let verdict = if *word == "approve" { "approved" } else { "denied" };
        for (_, _, answer) in answers.iter().filter(|(_, by, _)| by != winner) {
            assert_eq!(answer.code, 1);
            let told = format!("error: {winner} has {verdict} `pay` of run `{run}` already, today ");
            assert!(answer.stderr.starts_with(&told), "{answer:?}");
        }
        let outcome = program.run(id(&run)).wait().await.unwrap();
        let expected = if *word == "approve" { RunStatus::Succeeded } else { RunStatus::Failed };
        assert_eq!(outcome.status(), expected);
    }
}
