//! The fuzz targets, over their seeds and over seeds that were changed here and there. What the fuzzer ever found stands
//! among the seeds.

#[path = "../../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "it is a library of its own where it is fuzzed")]
mod targets;

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestRunner;

type Target = fn(&[u8]);

#[test]
fn advance() {
    check("advance", targets::advance);
}

#[test]
fn condition() {
    check("condition", targets::condition);
}

#[test]
fn from_dict() {
    check("from_dict", targets::from_dict);
}

#[test]
fn load_json() {
    check("load_json", targets::load_json);
}

#[test]
fn load_yaml() {
    check("load_yaml", targets::load_yaml);
}

#[test]
fn state() {
    check("state", targets::state);
}

#[test]
fn template() {
    check("template", targets::template);
}

/// Every target has a file for the fuzzer, and seeds.
#[test]
fn targets_seeds_and_files_are_the_same_list() {
    let names = |folder: &str| -> Vec<String> {
        let entries = std::fs::read_dir(fuzz().join(folder)).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    let tested = ["advance", "condition", "from_dict", "load_json", "load_yaml", "state", "template"];
    assert_eq!(names("fuzz_targets"), tested);
    assert_eq!(names("seeds"), tested);
}

fn check(name: &str, target: Target) {
    let seeds = seeds(name);
    seeds.iter().for_each(|seed| target(seed));
    let config = ProptestConfig {
        cases: 400,
        max_shrink_iters: 5_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let changed = (select(seeds.clone()), vec(edit(seeds), 1..6));
    let changed = changed.prop_map(|(seed, edits)| {
        edits.into_iter().fold(seed, |mut bytes, edit| {
            edit.make(&mut bytes);
            bytes
        })
    });
    let ran = TestRunner::new(config).run(&changed, |bytes| {
        target(&bytes);
        Ok(())
    });
    if let Err(error) = ran {
        panic!("{error}");
    }
}

/// A change to a seed.
#[derive(Debug, Clone)]
enum Edit {
    Copy { from: Index, to: Index, length: usize, times: usize },
    Insert { at: Index, bytes: Vec<u8> },
    Remove { at: Index, length: usize },
    Replace { at: Index, byte: u8 },
}

fn edit(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Edit> {
    let part = (select(seeds), any::<Index>(), 1_usize..40).prop_map(|(seed, at, length)| {
        let at = at.index(seed.len());
        seed[at..seed.len().min(at + length)].to_vec()
    });
    let byte = prop_oneof![any::<u8>(), select(b" \n\"'{}[]:,-&*!%#|>0123456789\0".to_vec())];
    prop_oneof![
        2 => (any::<Index>(), part).prop_map(|(at, bytes)| Edit::Insert { at, bytes }),
        2 => (any::<Index>(), vec(byte.clone(), 1..4)).prop_map(|(at, bytes)| Edit::Insert { at, bytes }),
        2 => (any::<Index>(), 1_usize..20).prop_map(|(at, length)| Edit::Remove { at, length }),
        3 => (any::<Index>(), byte).prop_map(|(at, byte)| Edit::Replace { at, byte }),
        1 => (any::<Index>(), any::<Index>(), 1_usize..30, 1_usize..30)
            .prop_map(|(from, to, length, times)| Edit::Copy { from, to, length, times }),
    ]
}

impl Edit {
    fn make(self, bytes: &mut Vec<u8>) {
        let place = |at: Index, bytes: &[u8]| at.index(bytes.len() + 1);
        match self {
            Self::Copy { from, to, length, times } => {
                let (from, to) = (place(from, bytes), place(to, bytes));
                let part = bytes[from..bytes.len().min(from + length)].repeat(times);
                bytes.splice(to..to, part);
            }
            Self::Insert { at, bytes: more } => {
                let at = place(at, bytes);
                bytes.splice(at..at, more);
            }
            Self::Remove { at, length } => {
                let at = place(at, bytes);
                bytes.drain(at..bytes.len().min(at + length));
            }
            Self::Replace { at, byte } => {
                if !bytes.is_empty() {
                    let at = at.index(bytes.len());
                    bytes[at] = byte;
                }
            }
        }
    }
}

fn seeds(name: &str) -> Vec<Vec<u8>> {
    let files = std::fs::read_dir(fuzz().join("seeds").join(name)).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| std::fs::read(file).unwrap()).collect()
}

fn fuzz() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}
