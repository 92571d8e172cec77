//! 7. The human side: roster, queue, screen pop, agents' WebSocket.

pub mod after_call; // ◆ how after-call work goes in each queue
mod after_view; //   ◆ after-call work as a page shows it
pub mod assist; //     ◆ help for whoever talks
pub mod brief; //      ◆ the story as an agent reads it
pub mod colleagues; // ◆ who may be asked, or get the call
pub mod earlier; //  ◆ earlier calls of the same number
pub mod estimate; //   ◆ how long a place in a queue takes
pub mod floor; //    ◆ roster and queue together: inputs in, outputs out
pub mod follow_up; //  what follows a call
mod history; //        earlier calls, read from the store
pub mod letters; //    what customers write outside of calls
mod live; //     ◆ the calls that live
pub mod looking; //   the way to the wall
pub mod notice; //   ◆ what passes between a waiting call and the desk
pub mod pop; //      ◆ the card: who, why, what is known
pub mod protocol; // ◆ what passes between desk and browser
pub mod queue; //    ◆ who waits, who is tried next
mod reach; //          the way from the desk to every call
pub mod reporting; //  reports, and what each look leaves behind
pub mod risk; //     ◆ which call goes wrong most likely, and why
pub mod roster; //   ◆ who is there
pub mod shell; //      the way to the desk
pub mod table; //    ◆ who is on a call and who hears whom
mod task; //           the task that owns the floor
pub mod throttle; // ◆ lock-out after wrong passwords
mod views; //       ◆ what the floor looks like from outside
pub mod voicemail; // messages that callers left
pub mod wall; //     ◆ every live call and everybody, for supervisors
pub mod web;
pub mod wrapping; //   what agents do after a call //        login, WebSocket, the page

#[cfg(test)]
mod follow_up_tests;
#[cfg(test)]
mod reporting_tests;
#[cfg(test)]
mod shell_tests;
#[cfg(test)]
mod supervising_tests;
#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod voicemail_tests;
#[cfg(test)]
mod wall_tests;
#[cfg(test)]
mod wrapping_tests;

pub use pop::{ScreenPop, screen_pop};
pub use shell::{AgentState, Desk, DeskError, DeskOptions};
