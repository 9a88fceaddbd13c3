//! Wizards, as the people who fill them in and the systems that drive them see them.
