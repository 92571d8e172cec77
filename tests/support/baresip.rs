//! A real SIP phone (baresip) driven over its control port.

use super::free_port;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// One phone with its own folder. Killed when dropped.
pub struct Baresip {
    child: Child,
    control: TcpStream,
    dir: tempfile::TempDir,
    pub sip_port: u16,
}

impl Baresip {
    /// Starts a phone that answers by itself when `auto_answer`. It speaks what `play` is given,
    /// silence at first.
    pub fn start(name: &str, auto_answer: bool) -> Baresip {
        let dir = tempfile::tempdir().unwrap();
        let (sip_port, control_port) = (free_port(), free_port());
        super::sound::write_wav(&dir.path().join("silence.wav"), &vec![0; 8000 * 180]);
        std::fs::write(dir.path().join("config"), config(dir.path(), sip_port, control_port)).unwrap();
        let mode = if auto_answer { "auto" } else { "manual" };
        let account = format!(
            "<sip:{name}@127.0.0.1;transport=udp>;regint=0;audio_codecs=pcma/8000/1,pcmu/8000/1;answermode={mode}\n"
        );
        std::fs::write(dir.path().join("accounts"), account).unwrap();
        std::fs::write(dir.path().join("contacts"), "").unwrap();
        let log = std::fs::File::create(dir.path().join("log")).unwrap();
        let child = Command::new("baresip")
            .arg("-f")
            .arg(dir.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("baresip is missing: install the Debian package baresip-core");
        let control = connect(control_port);
        Baresip { child, control, dir, sip_port }
    }

    pub fn dial(&mut self, target: &str) {
        self.command("dial", target);
    }

    /// Presses keys on the phone.
    pub fn press(&mut self, keys: &str) {
        for key in keys.chars() {
            self.command("sndcode", &key.to_string());
        }
    }

    /// The process ends without a word to anybody.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    pub fn hang_up(&mut self) {
        self.command("hangup", "");
    }

    /// Speaks a wav file (8 kHz mono, padded with silence) into the running call.
    pub fn play(&mut self, samples: &[i16]) {
        let mut padded = samples.to_vec();
        padded.resize(samples.len() + 8000 * 180, 0);
        self.play_all(&padded);
    }

    /// Speaks in a noisy place: `noise` goes on round and after the words.
    pub fn play_in(&mut self, samples: &[i16], noise: &[i16]) {
        let length = samples.len() + 8000 * 180;
        let speech = samples.iter().copied().chain(std::iter::repeat(0));
        let mixed: Vec<i16> =
            speech.zip(noise.iter().cycle()).take(length).map(|(s, n)| s.saturating_add(*n)).collect();
        self.play_all(&mixed);
    }

    fn play_all(&mut self, samples: &[i16]) {
        let path = self.dir.path().join("speech.wav");
        super::sound::write_wav(&path, samples);
        self.command("ausrc", &format!("aufile,{}", path.display()));
    }

    /// What this phone heard so far, 8 kHz mono.
    pub fn heard(&self) -> Vec<i16> {
        self.recordings("-dec.wav").iter().flat_map(|path| super::sound::read_wav(path)).collect()
    }

    /// What the phone printed, for failure messages.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    fn recordings(&self, ending: &str) -> Vec<PathBuf> {
        let mut found: Vec<PathBuf> = std::fs::read_dir(self.dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.to_string_lossy().ends_with(ending))
            .collect();
        found.sort();
        found
    }

    /// Sends one command as a netstring of JSON, the form of baresip's `ctrl_tcp`.
    fn command(&mut self, command: &str, params: &str) {
        let body = serde_json::json!({ "command": command, "params": params }).to_string();
        self.control.write_all(format!("{}:{body},", body.len()).as_bytes()).unwrap();
        let mut reply = [0_u8; 4096];
        let _ = self.control.read(&mut reply);
    }
}

impl Drop for Baresip {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn connect(port: u16) -> TcpStream {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => {
                stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
                return stream;
            }
            Err(error) if Instant::now() > deadline => panic!("baresip's control port: {error}"),
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}

fn config(dir: &Path, sip_port: u16, control_port: u16) -> String {
    let dir = dir.display();
    let rtp = free_port().clamp(20_002, 60_000) & !1;
    format!(
        "poll_method epoll
sip_listen 127.0.0.1:{sip_port}
net_interface 127.0.0.1
audio_source aufile,{dir}/silence.wav
audio_player aufile,{dir}/unused.wav
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
rtp_ports {rtp}-{}
jitter_buffer_delay 5-10
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module sndfile.so
snd_path {dir}
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control_port}
",
        rtp + 100
    )
}
