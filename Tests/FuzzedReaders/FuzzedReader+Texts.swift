import Clients
import FlashSale
import Fleet
import Foundation
import Glibc
import RedisDriver
import Reports
import Strategies

/// Texts that somebody typed, or a program of ours wrote.
extension FuzzedReader {
    /// Whatever stands where in a URL, its password is never shown.
    static let url = FuzzedReader(
        "url", mostBytes: 512,
        words: [
            "redis://", "unix://", "rediss://", "@", "[::1]", "?db=", "/0", "%41", "%", ":6379", "user:", "#",
            "/path.sock", "redis+sentinel://", "redis+cluster://", ",", "/mymaster",
        ],
        examples: {
            csv([
                "redis://localhost", "redis://u:p@h:1/2", "unix:///tmp/redis.sock?db=3", "redis://:p%40@[::1]:6379",
                "unix://u:p@/a%20b", "localhost:6379", "redis://h?db=1&db=2",
                "redis+sentinel://u:p@h1:26379,[::1]/my%2Fmaster/3", "redis+cluster://:p@h1:7000,h2",
            ])
        }
    ) { (input) throws(BrokenPromise) in
        let text = String(decoding: input, as: UTF8.self)
        try read(url: text, password: nil)
        let password = "s3cr3tW0rd"
        guard !text.contains(password) else { return }
        try read(url: "redis://u:\(password)@\(text)", password: password)
        try read(url: "redis://\(text):\(password)@h", password: password)
        try read(url: "unix://\(text):\(password)@/h", password: password)
        try read(url: "redis+sentinel://\(text):\(password)@h,i/m", password: password)
        try read(url: "redis+cluster://u:\(password)@\(text)", password: password)
    }

    private static func read(url: String, password: String?) throws(BrokenPromise) {
        let endpoint: RedisEndpoint
        do throws(RedisURLError) {
            endpoint = try RedisEndpoint(url: url, environment: [:])
        } catch {
            try BrokenPromise.unless(!error.description.isEmpty, "no reason is given")
            if let password {
                try BrokenPromise.unless(!error.description.contains(password), "the password is shown: \(error)")
            }
            return
        }
        if let password, endpoint.password?.contains(password) == true {
            try BrokenPromise.unless(
                !"\(endpoint) \(endpoint.redisCLI)".contains(password) || endpoint.username?.contains(password) == true,
                "the password is shown: \(endpoint)")
        }
        // What is shown leads to the same server. A user without a password is asked for one.
        guard endpoint.username == nil || endpoint.password?.isEmpty == false else { return }
        let again = try? RedisEndpoint(
            url: endpoint.redacted, environment: endpoint.password.map { ["REDISCLI_AUTH": $0] } ?? [:])
        var wanted = endpoint
        if wanted.password == "" { wanted.password = nil }
        try BrokenPromise.unless(again == wanted, "\(endpoint.redacted) leads elsewhere")
        let coded = try? JSONDecoder().decode(RedisEndpoint.self, from: try JSONEncoder().encode(endpoint))
        try BrokenPromise.unless(coded == endpoint, "a worker would connect elsewhere")
    }

    /// Durations, rates, ranges and names of units as people write them.
    static let words = FuzzedReader(
        "words", mostBytes: 256,
        words: ["us", "µs", "ms", "..", "/s", "@", "1e9", "inf", "nan", "9223372036854775807", "\\;"],
        examples: {
            csv([
                "5ms", "1.5s", "1ms..20ms", "5000/s", "0..20000/s@10s", "500@2s", "1..3", "A1;B\\;2;\\\\", "86400s",
                "0.001/s", "7d", "1..1",
            ])
        }
    ) { (input) throws(BrokenPromise) in
        let text = String(decoding: input, as: UTF8.self)
        let day = 86_400_000_000
        if let time = try valid({ () throws(DurationText.Problem) in try DurationText.microseconds(text) }) {
            let again = try? DurationText.microseconds("\(time)us")
            try BrokenPromise.unless((0...day).contains(time) && again == time, "no duration is like \(time) µs")
        }
        if let range = try valid({ () throws(DurationText.Problem) in try DurationText.microsecondRange(text) }) {
            try BrokenPromise.unless(
                0 <= range.min && range.min <= range.max && range.max <= day, "no range is like \(range)")
        }
        if let rate = try valid({ () throws(DurationText.Problem) in try PaceText.rate(text) }) {
            try BrokenPromise.unless(Scenario.Bounds.rate.contains(rate), "no rate is like \(rate)")
        }
        if let ramp = try valid({ () throws(DurationText.Problem) in try PaceText.ramp(text) }) {
            try BrokenPromise.unless(isPlausible(Pace(rate: ramp)), "no ramp is like \(ramp)")
        }
        if let burst = try valid({ () throws(DurationText.Problem) in try PaceText.burst(text) }) {
            try BrokenPromise.unless(isPlausible(Pace(bursts: [burst])), "no rush is like \(burst)")
        }
        if let quantity = try? Scenario.quantity(text) {
            try BrokenPromise.unless(
                1 <= quantity.min && quantity.min <= quantity.max && Scenario.Bounds.quantity.contains(quantity.max),
                "no quantity is like \(quantity)")
        }
        let names = UnitText.names(in: text)
        try BrokenPromise.unless(UnitText.names(in: UnitText.text(names)) == names, "names are not given back")
        let shown = UnitText.shown(text)
        try BrokenPromise.unless(
            !shown.unicodeScalars.contains { $0.value < 32 || $0.value == 127 } && shown.count <= 1000,
            "a name is shown as it is")
    }

    private static func valid<Value>(
        _ read: () throws(DurationText.Problem) -> Value
    ) throws(BrokenPromise) -> Value? {
        do throws(DurationText.Problem) {
            return try read()
        } catch {
            try BrokenPromise.unless(!error.message.isEmpty, "no reason is given")
            return nil
        }
    }

    private static func isPlausible(_ pace: Pace) -> Bool {
        Scenario(
            strategy: .init(name: "s", yaml: ""), units: 1, buyers: Scenario.Bounds.buyers.upperBound, procs: 1,
            threads: 1,
            pace: pace
        ).isPlausible
    }

    /// A path such as `.data[0].left` on the first line, and a text that is read by it, also by a reader of this folder.
    static let json = FuzzedReader(
        "json", mostBytes: 1024,
        words: [
            "\"a\"", "{\"", "\":", "[", "]", "null", "true", "false", "1e5", "\\u0041", "\\ud83d\\ude00", "\\\"", "-0",
            "9007199254740993",
        ],
        examples: {
            csv([
                ".a\n{\"a\":1}", ".a[1].b\n{\"a\":[0,{\"b\":\"x\\n\"}]}", "[2]\n[true, null, -1.5e1]",
                ".b\n{\"a\":{\"b\":2},\"b\":\"3\"}",
                ".\u{e4}\n{\"\\u00e4\":4}", "[0][0][0]\n[[[1]]]", ".a\n{\"a\":1e400}",
            ])
        }
    ) { (input) throws(BrokenPromise) in
        let text = String(decoding: input, as: UTF8.self)
        let end = text.firstIndex { $0 == "\n" } ?? text.endIndex
        let path = steps(text[..<end])
        let document = String(text[end...].dropFirst())
        let found = JSONScanner.value(in: document, at: path)
        // A text that is no JSON may be read up to where it breaks.
        guard let tree = JSONTree(document) else { return }
        let wanted = tree.value(at: path)
        try BrokenPromise.unless(
            found?.integer == wanted?.integer && found?.text == wanted?.text,
            "\(String(describing: found)) is found, and there is \(String(describing: wanted))")
    }

    static func steps(_ text: Substring) -> [JSONStep] {
        text.split(omittingEmptySubsequences: true) { ".[]".contains($0) }.map { part in
            Int(part).map { .element(abs($0 % 1000)) } ?? .field(String(part))
        }
    }

    /// What a link delivers: a greeting, and the frames of a worker or of the coordinator.
    static let messages = FuzzedReader(
        "messages", mostBytes: 8192,
        words: [
            "buckets", "counts", "attempts", "9223372036854775807", "-1", "null", "ready", "go", "report", "progress",
            "stop", "\u{1}stress-link\u{2}",
        ],
        examples: {
            [
                "{\"ready\":{\"connectSeconds\":0.5,\"connectionsAreNamed\":true}}\n{\"progress\":{\"attempts\":5,\"won\":1,\"purchases\":4}}\n",
                "{\"go\":{\"atNanoseconds\":123456789}}\n{\"stop\":{}}\n{\"warmUp\":{\"atNanoseconds\":1}}\n",
                "{\"warmedUp\":{\"brokenOff\":2}}\n",
                "{\"buckets\":[0,5,2048,9000],\"counts\":[1,2,3,4]}\n{\"buckets\":[5],\"counts\":[9223372036854775807]}\n",
                report + "\n",
            ].map { link(of: $0) }
        }
    ) { (input) throws(BrokenPromise) in
        // What is no link yet is made one, so that lines of JSON come to their readers.
        let bytes = input.starts(with: LinkGreeting.own.bytes) ? [UInt8](input) : link(of: [UInt8](input))
        let whole = events(in: bytes, at: [])
        try BrokenPromise.unless(
            whole == events(in: bytes, at: [bytes.count / 3, bytes.count / 3 + 1]), "frames depend on how they come")
        var latencies: [LatencyCounts.Sparse] = []
        for case .message(let json) in whole {
            try check(CoordinatorMessage.self, json)
            try check(WorkerMessage.self, json)
            if let sparse = try? JSONDecoder().decode(LatencyCounts.Sparse.self, from: Data(json)) {
                latencies.append(sparse)
            }
        }
        for case .piece(let piece) in whole {
            try BrokenPromise.unless(
                events(in: LinkGreeting.own.bytes + Frame.piece(piece), at: []).last == .piece(piece),
                "a piece is not given back")
        }
        let merged = Latencies.merged(latencies)
        let summary = Latencies.summary(merged)
        try BrokenPromise.unless(summary.samples == merged.samples, "samples were lost")
    }

    /// What a link delivers of lines of JSON, whatever they hold.
    private static func link(of lines: [UInt8]) -> [UInt8] {
        LinkGreeting.own.bytes + lines.split(separator: 10).flatMap { Frame.message($0) }
    }

    private static func link(of text: String) -> [UInt8] { link(of: Array(text.utf8)) }

    /// What comes out of a link whose bytes come in pieces, cut at some places.
    private static func events(in bytes: [UInt8], at places: [Int]) -> [FrameParser.Event] {
        var parser = FrameParser(mostNoise: 16)
        var events: [FrameParser.Event] = []
        var start = 0
        for place in places + [bytes.count] {
            events += parser.take(bytes[start..<place])
            start = place
        }
        return events
    }

    private static let report = """
        {"report":{"tally":{"attempts":3,"won":1,"soldOut":2,"conflict":0,"duplicate":0,"failed":0,"unknown":0,"returned":0},"threads":[],\
        "commands":3,"sent":{"writes":[3],"reloads":[0],"unwatches":0},"met":{"steps":[3],"rules":[1,2],"captures":[]},"reloads":0,\
        "cpuSeconds":0.1,"elapsedSeconds":0.2,"peakMemoryMib":10,"lastGivenUpNanoseconds":0,"attemptLatency":{"buckets":[9],"counts":[3]},\
        "purchaseLatency":{"buckets":[9],"counts":[3]},"hiccups":{"buckets":[],"counts":[]},"connectionsAreNamed":true}}
        """

    /// What is read can be written, and is then read as the same.
    private static func check<Message: Codable>(_ type: Message.Type, _ line: [UInt8]) throws(BrokenPromise) {
        guard let message = try? JSONDecoder().decode(type, from: Data(line)) else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let written = try? encoder.encode(message) else { return }
        let again = (try? JSONDecoder().decode(type, from: written)).flatMap { try? encoder.encode($0) }
        try BrokenPromise.unless(again == written, "a message is not given back")
    }
}
