//! Wizards: a person, or another system, is led through steps that need answers.
