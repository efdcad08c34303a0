//! A browser without a window, driven by `WebDriver`.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// The variable that demands a browser: without it, where there is none, these tests are passed over.
const DEMANDED: &str = "BROWSER_TESTS";

/// A browser with one page.
pub struct Browser {
    driver: Child,
    address: String,
    /// What it says: it would end if nobody listened.
    _said: BufReader<ChildStdout>,
}

/// How wide and how high a page is shown.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

pub const DESK: Size = Size {
    width: 1280,
    height: 900,
};
pub const PHONE: Size = Size {
    width: 390,
    height: 844,
};

impl Browser {
    /// A browser, or nothing where none is at hand: that is said, and is an error where one is demanded.
    pub fn start() -> Option<Self> {
        let driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut driver = match driver {
            Ok(driver) => driver,
            Err(error) => {
                assert!(
                    std::env::var_os(DEMANDED).is_none(),
                    "chromedriver does not start: {error}"
                );
                eprintln!("PASSED OVER: there is no browser to open the pages in: chromedriver: {error}");
                return None;
            }
        };
        let mut said = BufReader::new(driver.stdout.take().expect("it has an output"));
        let port = said.by_ref().lines().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.rsplit_once("successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        });
        let root = format!("http://127.0.0.1:{}", port.expect("it tells its port"));
        let mut browser = Self {
            driver,
            address: String::new(),
            _said: said,
        };
        let arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"];
        let session = post(
            &format!("{root}/session"),
            &json!({"capabilities": {"alwaysMatch": {
                "browserName": "chrome",
                "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
                "goog:chromeOptions": {"args": arguments},
            }}}),
        );
        let id = session["sessionId"].as_str().expect("an id").to_owned();
        browser.address = format!("{root}/session/{id}");
        browser.resize(DESK);
        Some(browser)
    }

    pub fn resize(&self, Size { width, height }: Size) {
        let is_phone = width < 500;
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            &json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone}),
        );
    }

    /// Has the browser say that light or dark is wanted.
    pub fn prefer(&self, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.devtools("Emulation.setEmulatedMedia", &json!({"features": features}));
    }

    pub fn open(&self, file: &Path) {
        self.visit(&format!("file://{}", file.display()));
    }

    pub fn visit(&self, address: &str) {
        post(&format!("{}/url", self.address), &json!({"url": address}));
    }

    /// Waits until some JavaScript comes to something else than nothing, and gives it.
    #[track_caller]
    pub fn wait_for(&self, script: &str) -> Value {
        for _ in 0..600 {
            let value = self.run(script);
            if !value.is_null() && value != false {
                return value;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!(
            "{script} never came to anything: {}",
            self.text("return document.body.innerText")
        );
    }

    /// What some JavaScript comes to.
    pub fn run(&self, script: &str) -> Value {
        post(
            &format!("{}/execute/sync", self.address),
            &json!({"script": script, "args": []}),
        )
    }

    /// What some JavaScript comes to, which is a text.
    pub fn text(&self, script: &str) -> String {
        let value = self.run(script);
        value
            .as_str()
            .unwrap_or_else(|| panic!("{script} is {value}"))
            .to_owned()
    }

    /// Presses a key: a character, or one of `WebDriver`'s own.
    pub fn press(&self, key: &str) {
        let strokes = json!([{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]);
        let actions = json!({"actions": [{"type": "key", "id": "keys", "actions": strokes}]});
        post(&format!("{}/actions", self.address), &actions);
    }

    /// Writes what is shown to a file: the whole page, not only what fits.
    pub fn photograph(&self, file: &Path) {
        let shown = self.devtools("Page.captureScreenshot", &json!({"captureBeyondViewport": true}));
        let image = STANDARD
            .decode(shown["data"].as_str().expect("an image"))
            .expect("base64");
        std::fs::write(file, image).expect("it can be written");
    }

    /// What the page has said on the console.
    pub fn console(&self) -> Vec<String> {
        let lines = self.log("browser");
        lines.iter().map(|line| line["message"].to_string()).collect()
    }

    /// Everything that was asked for since it was last looked at.
    pub fn requests(&self) -> Vec<String> {
        let lines = self.log("performance").into_iter();
        let messages = lines.filter_map(|line| serde_json::from_str::<Value>(line["message"].as_str()?).ok());
        let sent = messages.filter(|message| message["message"]["method"] == "Network.requestWillBeSent");
        let addresses = sent.map(|message| message["message"]["params"]["request"]["url"].clone());
        addresses
            .filter_map(|address| address.as_str().map(str::to_owned))
            .collect()
    }

    fn log(&self, kind: &str) -> Vec<Value> {
        let lines = post(&format!("{}/se/log", self.address), &json!({"type": kind}));
        lines.as_array().cloned().unwrap_or_default()
    }

    fn devtools(&self, command: &str, parameters: &Value) -> Value {
        let command = json!({"cmd": command, "params": parameters});
        post(&format!("{}/goog/cdp/execute", self.address), &command)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = minreq::delete(&self.address).send();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn post(address: &str, body: &Value) -> Value {
    let request = minreq::post(address).with_timeout(120).with_body(body.to_string());
    let response = request.send().expect("the driver answers");
    let text = response.as_str().expect("text");
    let mut answer: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(response.status_code, 200, "{address}: {answer}");
    answer["value"].take()
}
