//! What the runnable examples of stepflow share and what is not about workflows: a loop over JSON lines,
//! files that a crash cannot spoil and no two processes can change at once, and how a program says that it cannot go on.

use std::error::Error;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::de::DeserializeOwned;
use tempfile::NamedTempFile;
use thiserror::Error;

/// The whole of a program that does the same to every record of a JSON-lines file.
///
/// The program's argument names the file; `-` is standard input, and without an argument it is the
/// sample. `done` says whether a record was done or refused. A line that is no record is reported on
/// standard error, and the rest go on. A summary comes last.
///
/// The program fails only if the file cannot be read.
pub fn for_each_record<T: DeserializeOwned>(sample: &'static str, done: impl FnMut(T) -> bool) -> ExitCode {
    let outcome = open(&std::env::args_os().skip(1).collect::<Vec<_>>(), sample)
        .and_then(|input| tally(input, done))
        .map(|[done, refused, bad]| println!("\n{done} done, {refused} refused, {bad} bad"));
    exit_code(outcome.map_err(Into::into))
}

/// What `main` returns: success, or failure after the error and its causes were written to standard
/// error in one sentence.
pub fn exit_code(outcome: Result<(), Box<dyn Error>>) -> ExitCode {
    let Err(error) = outcome else { return ExitCode::SUCCESS };
    let causes = std::iter::successors(Some(&*error), |&error| error.source());
    eprintln!("error: {}", causes.map(ToString::to_string).collect::<Vec<_>>().join(": "));
    ExitCode::FAILURE
}

/// Writes a file that is always whole: the text goes to a temporary file beside it, and to the disk,
/// before that file takes the name.
///
/// # Errors
///
/// When the folder or the disk does not let it; a file that had the name is then as it was.
pub fn write_safely(file: &Path, text: &str) -> io::Result<()> {
    // The folder of a bare file name is the empty path.
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut temporary = NamedTempFile::new_in(folder.unwrap_or_else(|| Path::new(".")))?;
    temporary.write_all(text.as_bytes())?;
    temporary.as_file().sync_all()?;
    temporary.persist(file)?;
    Ok(())
}

/// Puts another text into a file, or leaves it as it is when `change` gives an error.
///
/// The file is taken away from its name while `change` looks at the text. So of several processes that
/// try it at once, one succeeds; the others find no file. If the process dies in between, the old text
/// is found beside the file, under `.taken`: nobody goes on from it without looking.
///
/// # Errors
///
/// When there is no file of that name, when `change` fails, or when the new text cannot be written.
pub fn change_once(
    file: &Path,
    change: impl FnOnce(&str) -> Result<String, Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let mut taken = file.as_os_str().to_owned();
    taken.push(".taken");
    let taken = PathBuf::from(taken);
    fs::rename(file, &taken).map_err(|error| format!("cannot take `{}`: {error}", file.display()))?;
    let changed = fs::read_to_string(&taken).map_err(Into::into).and_then(|text| change(&text));
    if let Ok(text) = &changed {
        write_safely(&taken, text)?;
    }
    fs::rename(&taken, file)?;
    changed.map(drop)
}

/// Lines of JSON, and what to call the place that they come from.
struct Input {
    name: String,
    reader: Box<dyn BufRead>,
}

fn open(arguments: &[impl AsRef<OsStr>], sample: &'static str) -> Result<Input, InputError> {
    let (name, reader): (_, Box<dyn BufRead>) = match arguments {
        [] => ("the sample".to_owned(), Box::new(sample.as_bytes())),
        [dash] if dash.as_ref() == "-" => ("standard input".to_owned(), Box::new(io::stdin().lock())),
        [path] => {
            let name = format!("`{}`", path.as_ref().display());
            match File::open(path.as_ref()) {
                Ok(file) => (name, Box::new(BufReader::new(file))),
                Err(source) => return Err(InputError::Unreadable { name, source }),
            }
        }
        _ => return Err(InputError::TooManyArguments),
    };
    Ok(Input { name, reader })
}

/// Counts the records that were done, those that were refused and the lines that are no records.
fn tally<T: DeserializeOwned>(
    input: Input,
    mut done: impl FnMut(T) -> bool,
) -> Result<[usize; 3], InputError> {
    let mut counts = [0; 3];
    for (line, number) in input.reader.split(b'\n').zip(1..) {
        let line = line.map_err(|source| InputError::Unreadable { name: input.name.clone(), source })?;
        // Some editors begin a file with a byte order mark.
        let text = line.strip_prefix(b"\xEF\xBB\xBF").filter(|_| number == 1).unwrap_or(&line);
        if text.trim_ascii().is_empty() {
            continue;
        }
        let outcome = match serde_json::from_slice(text) {
            Ok(record) => usize::from(!done(record)),
            Err(error) => {
                eprintln!("{}", BadRecord::new(number, &error));
                2
            }
        };
        counts[outcome] += 1;
    }
    Ok(counts)
}

/// A line that is no record: where, and why.
#[derive(Debug, Error)]
#[error("line {line}, column {column}: {why}")]
struct BadRecord {
    line: usize,
    column: usize,
    why: String,
}

impl BadRecord {
    fn new(line: usize, error: &serde_json::Error) -> Self {
        // The parser was handed a single line, and its text ends in "at line 1".
        let (text, place) =
            (error.to_string(), format!(" at line {} column {}", error.line(), error.column()));
        let why = text.strip_suffix(&place).unwrap_or(&text).to_owned();
        Self { line, column: error.column().max(1), why }
    }
}

#[derive(Debug, Error)]
enum InputError {
    #[error("give one file of JSON lines, `-` for standard input, or nothing for the sample")]
    TooManyArguments,
    #[error("cannot read {name}")]
    Unreadable { name: String, source: io::Error },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &'static str) -> (Vec<u32>, [usize; 3]) {
        let mut seen = vec![];
        let input = open(&[""; 0], text).expect("the sample is at hand");
        let counts = tally(input, |number: u32| {
            seen.push(number);
            number.is_multiple_of(2)
        });
        (seen, counts.expect("memory can be read"))
    }

    #[test]
    fn blank_lines_are_passed_over() {
        assert_eq!(read("\u{FEFF}1\r\n\n  \n2"), (vec![1, 2], [1, 1, 0]));
    }

    #[test]
    fn a_bad_line_is_counted_and_the_rest_go_on() {
        assert_eq!(read("1\n[]\n-\n\n4 4\n6\n"), (vec![1, 6], [1, 1, 3]));
    }

    #[test]
    fn a_bad_line_says_where_and_why() {
        let error = serde_json::from_str::<u32>(r#" "two" "#).expect_err("a text is no number");
        let bad = BadRecord::new(7, &error).to_string();
        assert_eq!(bad, "line 7, column 6: invalid type: string \"two\", expected u32");
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = open(&["no/such/file"], "").err().expect("there is no such file");
        assert_eq!(error.to_string(), "cannot read `no/such/file`");
        assert!(error.source().is_some());
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let file = folder.path().join("note");
        write_safely(&file, "a long first text").expect("the folder is ours");
        write_safely(&file, "second").expect("the folder is ours");
        assert_eq!(fs::read_to_string(&file).expect("the file is there"), "second");
        assert_eq!(folder.path().read_dir().expect("the folder is there").count(), 1);
    }

    #[test]
    fn a_change_that_fails_leaves_the_file_as_it_was() {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let file = folder.path().join("note");
        write_safely(&file, "first").expect("the folder is ours");
        let refused = change_once(&file, |_| Err("no".into())).expect_err("the change fails");
        assert_eq!(refused.to_string(), "no");
        assert_eq!(fs::read_to_string(&file).expect("the file is there"), "first");
    }

    #[test]
    fn a_file_is_not_there_while_it_is_changed() {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let file = folder.path().join("note");
        write_safely(&file, "first").expect("the folder is ours");
        let changed = change_once(&file, |text| {
            assert!(change_once(&file, |_| Ok("stolen".to_owned())).is_err());
            Ok(format!("{text}, second"))
        });
        changed.expect("the folder is ours");
        assert_eq!(fs::read_to_string(&file).expect("the file is there"), "first, second");
    }

    #[test]
    fn two_files_are_too_many() {
        assert!(matches!(open(&["a", "b"], "").err(), Some(InputError::TooManyArguments)));
    }
}
