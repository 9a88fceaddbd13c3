//! A bank that keeps its books in a file, so that a crash of ours does not undo what it did.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

#[derive(Debug, Serialize, Deserialize)]
struct Payment {
    key: String,
    customer: String,
    cents: u64,
}

#[derive(Debug, Error)]
pub(crate) enum BankError {
    #[error("the bank is busy")]
    Busy,
    #[error("the bank's books cannot be written")]
    Books(#[from] io::Error),
}

#[derive(Debug, Clone)]
pub(crate) struct Bank {
    books: Arc<Mutex<File>>,
    takes: Duration,
}

impl Bank {
    pub(crate) fn open(books: &Path, takes: Duration) -> io::Result<Self> {
        let books = OpenOptions::new().read(true).append(true).create(true).open(books)?;
        Ok(Self { books: Arc::new(Mutex::new(books)), takes })
    }

    /// Pays, and gives the number of the payment. A key that it has seen gets the number of then, and no money.
    pub(crate) async fn pay(&self, key: &str, customer: &str, cents: u64) -> Result<u64, BankError> {
        tokio::time::sleep(self.takes).await;
        let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        let payments = read(&mut books)?;
        if let Some(number) =
            (1..).zip(&payments).find_map(|(number, paid)| (paid.key == key).then_some(number))
        {
            return Ok(number);
        }
        // Every third customer calls at a bad time. The bank does not keep that in its books, and a crash may
        // make it happen twice.
        let number = payments.len() as u64 + 1;
        if number.is_multiple_of(3) && !std::mem::replace(&mut *busy(), true) {
            return Err(BankError::Busy);
        }
        *busy() = false;
        let (key, customer) = (key.to_owned(), customer.to_owned());
        let line = serde_json::to_string(&Payment { key, customer, cents }).map_err(io::Error::from)? + "\n";
        books.write_all(line.as_bytes())?;
        books.sync_data()?;
        Ok(number)
    }

    /// How much was paid, and whether anything was paid twice.
    pub(crate) fn statement(&self) -> io::Result<String> {
        let payments = read(&mut self.books.lock().unwrap_or_else(PoisonError::into_inner))?;
        let cents: u64 = payments.iter().map(|payment| payment.cents).sum();
        let mut keys: Vec<_> = payments.iter().map(|payment| &payment.key).collect();
        keys.sort();
        let twice = keys.windows(2).filter(|pair| pair[0] == pair[1]).count();
        let (count, amount) = (payments.len(), format!("{}.{:02}", cents / 100, cents % 100));
        Ok(format!("{count} payments of {amount} in all, {twice} of them twice"))
    }
}

/// Whether the bank has just been busy.
fn busy() -> std::sync::MutexGuard<'static, bool> {
    static BUSY: Mutex<bool> = Mutex::new(false);
    BUSY.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read(books: &mut File) -> io::Result<Vec<Payment>> {
    let mut text = String::new();
    books.rewind()?;
    books.read_to_string(&mut text)?;
    // A line that a crash cut off was never paid.
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}
