//! S-11 and S-15: sealed tokens.

use stepflow::Timestamp;
use stepflow_web::token::{Key, Keys, MAX_PAYLOAD, Secret, Spent, Subject, TokenError};

const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);
const LATER: Timestamp = Timestamp::constant(1_800_000_600, 0);

fn keys() -> Keys {
    Keys::new(Key::from_bytes([1; 32]))
}

fn subject() -> Subject {
    Subject::new("state").definition("5f3a").run("01985c").revision(7)
}

#[test]
fn s_11_a_token_says_what_it_is_about_and_hides_what_is_in_it() {
    let token = keys().seal(&subject(), LATER, b"the answer is 42").unwrap();
    assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    let opened = keys().open("state", NOW, &token).unwrap();
    assert_eq!((opened.subject.clone(), opened.expires), (subject(), LATER));
    assert_eq!(opened.payload, b"the answer is 42");
    let again = keys().seal(&subject(), LATER, b"the answer is 42").unwrap();
    assert_ne!(token, again, "equal contents cannot be told from outside");
}

#[test]
fn s_11_any_changed_character_is_noticed() {
    let token = keys().seal(&subject(), LATER, b"payload").unwrap();
    for at in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(keys().open("state", NOW, &changed).is_err(), "character {at}");
        assert!(keys().open("state", NOW, &token[..at]).is_err(), "cut at {at}");
    }
    assert!(keys().open("state", NOW, &format!("{token}A")).is_err());
}

#[test]
fn s_11_it_opens_for_its_purpose_with_its_key_in_its_time() {
    let token = keys().seal(&subject(), LATER, b"payload").unwrap();
    let other = Keys::new(Key::from_bytes([2; 32]));
    assert!(matches!(keys().open("resume", NOW, &token), Err(TokenError::Forged)));
    assert!(matches!(other.open("state", NOW, &token), Err(TokenError::UnknownKey)));
    assert!(matches!(keys().open("state", LATER, &token), Err(TokenError::Expired { at }) if at == LATER));
    let rotated = Keys::new(Key::from_bytes([2; 32])).older(Key::from_bytes([1; 32]));
    assert!(rotated.open("state", NOW, &token).is_ok());
    let newer = rotated.seal(&subject(), LATER, b"payload").unwrap();
    assert!(other.open("state", NOW, &newer).is_ok() && keys().open("state", NOW, &newer).is_err());
}

#[test]
fn s_11_it_belongs_to_one_definition_run_and_revision() {
    let open = || keys().open("state", NOW, &keys().seal(&subject(), LATER, b"payload").unwrap()).unwrap();
    assert!(open().of_definition("5f3a").unwrap().of_run("01985c").unwrap().at_revision(7).is_ok());
    let error = open().of_definition("77aa").unwrap_err();
    assert_eq!(error.to_string(), "the token belongs to the definition 5f3a, not to 77aa");
    assert!(matches!(open().of_run("other"), Err(TokenError::OtherRun)));
    let error = open().at_revision(8).unwrap_err();
    assert_eq!(error.to_string(), "the token holds revision 7, but the run is at revision 8");
}

#[test]
fn s_06_what_is_no_token_or_too_large_is_refused() {
    for text in ["", "A", "AQ", "????", "=", "AQ==", "\u{e9}", &"A".repeat(400)] {
        assert!(matches!(keys().open("state", NOW, text), Err(TokenError::Malformed)), "{text}");
    }
    let huge = "A".repeat(MAX_PAYLOAD * 2);
    assert!(matches!(keys().open("state", NOW, &huge), Err(TokenError::TooLarge)));
    let large = vec![0; MAX_PAYLOAD + 1];
    assert!(matches!(keys().seal(&subject(), LATER, &large), Err(TokenError::TooLarge)));
    assert!(
        keys()
            .seal(&subject(), LATER, &large[1..])
            .is_ok_and(|token| keys().open("state", NOW, &token).is_ok())
    );
    let long = Subject::new("state").run("x".repeat(513));
    assert!(matches!(keys().seal(&long, LATER, b""), Err(TokenError::NameTooLong)));
}

#[test]
fn s_15_a_token_is_spent_once_and_the_memory_for_it_is_bounded() {
    let open = |until| {
        let token = keys().seal(&Subject::new("resume"), until, b"run 7").unwrap();
        keys().open("resume", NOW, &token).unwrap()
    };
    let spent = Spent::new(2);
    let first = open(LATER);
    spent.spend(&first, NOW).unwrap();
    assert_eq!(spent.spend(&first, NOW).unwrap_err().to_string(), "the token was used before");
    spent.spend(&open(Timestamp::constant(1_800_000_001, 0)), NOW).unwrap();
    assert!(spent.spend(&open(LATER), NOW).unwrap_err().to_string().starts_with("too many"));
    assert!(spent.spend(&first, NOW).is_err(), "full, and still nothing is forgotten");
    let after = Timestamp::constant(1_800_000_002, 0);
    assert!(spent.spend(&open(LATER), after).is_ok(), "one of them expired");
}

#[test]
fn s_12_no_secret_is_shown_by_debug_or_by_an_error() {
    let secret = Secret::new().unwrap();
    let key = Key::generate().unwrap();
    assert_eq!(format!("{secret:?} {key:?}"), "Secret(…) Key(…)");
    assert!(!format!("{:?}", Keys::new(key.clone())).contains(&key.to_text()));
    let error = Key::from_text("hunter2").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"));
    assert_ne!(Secret::new().unwrap().text(), secret.text());
}
