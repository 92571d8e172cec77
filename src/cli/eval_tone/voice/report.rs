//! The figures as people and scripts read them.

use super::{Against, BASELINE_S, Clip, DRAWS};
use crate::cli::eval_tone::Args;
use crate::cli::eval_tone::score::{auc, recall};
use serde_json::{Map, json};

/// How well one way of judging finds them: means over the draws.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    pub auc: f32,
    /// AUC of the worst draw and of the best.
    pub range: [f32; 2],
    /// At 5 % false alarms.
    pub recall: f32,
}

impl Found {
    pub fn mean(draws: &[&[f32]], positive: &[bool]) -> Found {
        let aucs: Vec<f32> = draws.iter().map(|scores| auc(scores, positive)).collect();
        let mean = |values: &mut dyn Iterator<Item = f32>| values.sum::<f32>() / draws.len() as f32;
        Found {
            auc: mean(&mut aucs.iter().copied()),
            range: [aucs.iter().copied().fold(1.0, f32::min), aucs.iter().copied().fold(0.0, f32::max)],
            recall: mean(&mut draws.iter().map(|scores| recall(scores, positive))),
        }
    }
}

pub struct Figures {
    pub against: Against,
    pub shipped: Found,
    /// By weights from the file's other speakers, where they were asked for.
    pub learnt: Option<Found>,
    /// Louder than the speaker's calm voice, and nothing else.
    pub loudness: Found,
    /// AUC of what was asked for.
    pub per_speaker: Vec<(String, f32)>,
    pub clips: usize,
    pub positives: usize,
    pub unheard: usize,
    /// Time for a second of audio, ms.
    pub ms_per_s: f64,
}

impl Figures {
    pub fn print(&self, args: &Args) {
        let found = |Found { auc, range: [worst, best], recall }: Found| {
            format!("auc {auc:.3} ({worst:.3} to {best:.3}), recall at 5 % alarms {recall:.2}")
        };
        println!("compared with          {}", self.against());
        println!(
            "recordings             {}, of them {}: {}; too little voice in {} more",
            self.clips,
            args.positive.join(" or "),
            self.positives,
            self.unheard
        );
        println!("what ships             {}", found(self.shipped));
        if let Some(learnt) = self.learnt {
            println!("learnt from the file   {}, each speaker left out in turn", found(learnt));
        }
        println!("loudness alone         {}", found(self.loudness));
        for (speaker, auc) in &self.per_speaker {
            println!("  {speaker:20} auc {auc:.3}");
        }
        println!("a second of audio      {:.2} ms", self.ms_per_s);
        if args.json {
            println!("{}", self.json(args));
        }
    }

    fn against(&self) -> String {
        match self.against {
            Against::Calm => {
                format!("{BASELINE_S} s of the speaker's calm recordings, mean over {DRAWS} choices")
            }
            Against::Others => "all other recordings of the speaker".to_owned(),
        }
    }

    fn json(&self, args: &Args) -> serde_json::Value {
        let asked = self.learnt.unwrap_or(self.shipped);
        let per_speaker: Map<String, serde_json::Value> =
            self.per_speaker.iter().map(|(speaker, auc)| (speaker.clone(), json!(auc))).collect();
        json!({
            "auc": asked.auc,
            "auc_range": asked.range,
            "recall_at_5pct_false_alarms": asked.recall,
            "baseline_auc": self.loudness.auc,
            "baseline_recall_at_5pct_false_alarms": self.loudness.recall,
            "shipped_auc": self.shipped.auc,
            "shipped_recall_at_5pct_false_alarms": self.shipped.recall,
            "leave_one_speaker_out_auc": self.learnt.map(|learnt| learnt.auc),
            "per_speaker_auc": per_speaker,
            "clips": self.clips,
            "positives": self.positives,
            "too_little_voice": self.unheard,
            "calm_voice_from": self.against(),
            "feature_ms_per_second": self.ms_per_s,
            "phone_band": args.phone_band,
            "lang": args.lang,
        })
    }
}

pub fn print_worst(clips: &[Clip], scores: &[f32], count: usize) {
    let mut order: Vec<usize> = (0..clips.len()).collect();
    order.sort_by(|a, b| scores[*a].total_cmp(&scores[*b]));
    let missed = order.iter().filter(|at| clips[**at].positive).take(count);
    let alarms = order.iter().rev().filter(|at| !clips[**at].positive).take(count);
    for (what, at) in missed.map(|at| ("missed", *at)).chain(alarms.map(|at| ("false alarm", *at))) {
        let Clip { item, .. } = &clips[at];
        println!("{what:11} {:5.2} {}: {}", scores[at], item.labels["emotion"], item.file.display());
    }
}
