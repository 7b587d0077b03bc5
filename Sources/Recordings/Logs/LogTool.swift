/// Programs whose files are known by name.
package enum LogTool: String, Sendable, CaseIterable {
    case jmeter, k6, locust, vegeta, oha, otel

    /// What is known of a file of its.
    struct Layout: Sendable {
        /// As `--map` has them.
        var terms: [LogField: String]
        /// Rows that are requests at all, as `--where` has them.
        var filter: String?
        /// Columns that tell requests of different kinds apart.
        var kinds: [String] = []
        /// Of a file without a header, the names of its columns, by their number.
        var headers: [Int: [String]] = [:]
    }

    /// The layout of its CSV or its JSON lines; nil where it writes none with a row for each request.
    func layout(isJSON: Bool) -> Layout? {
        switch (self, isJSON) {
        case (.jmeter, false):
            Layout(
                terms: [
                    .invoked: "timeStamp:ms", .returned: "timeStamp:ms+elapsed:ms", .outcome: "responseCode",
                ], kinds: ["label"])
        // The time of k6's samples is the request's end.
        case (.k6, false):
            Layout(
                terms: [
                    .invoked: "timestamp:epoch-metric_value:ms", .returned: "timestamp:epoch", .outcome: "status",
                ], filter: "metric_name=http_req_duration", kinds: ["name", "method"])
        case (.k6, true):
            Layout(
                terms: [
                    .invoked: "data.time - data.value:ms", .returned: "data.time", .outcome: "data.tags.status",
                ], filter: "type=Point, metric=http_req_duration", kinds: ["data.tags.name", "data.tags.method"])
        case (.locust, false):
            Layout(
                terms: [
                    .invoked: "timestamp:s", .returned: "timestamp:s+response_time_ms:ms", .outcome: "status_code",
                ], kinds: ["name", "request_type"])
        case (.vegeta, false):
            Layout(
                terms: [.invoked: "timestamp:ns", .returned: "timestamp:ns+latency:ns", .outcome: "code"],
                kinds: ["url", "method"],
                headers: Dictionary(
                    uniqueKeysWithValues: [9, 11, 12].map { ($0, Array(Self.vegetaColumns.prefix($0))) }))
        case (.vegeta, true):
            Layout(
                terms: [.invoked: "timestamp", .returned: "timestamp+latency:ns", .outcome: "code"],
                kinds: ["url", "method"])
        case (.oha, false):
            Layout(
                terms: [
                    .invoked: "request-start:s", .returned: "request-start:s+request-duration:s", .outcome: "status",
                ])
        case (.otel, true):
            Layout(
                terms: [
                    .attempt: "spanId", .invoked: "startTimeUnixNano:ns", .returned: "endTimeUnixNano:ns",
                    .outcome: "attributes.http.response.status_code|attributes.http.status_code",
                ], kinds: ["name", "kind"])
        case (.jmeter, true), (.locust, true), (.oha, true), (.otel, false): nil
        }
    }

    private static let vegetaColumns = [
        "timestamp", "code", "latency", "bytes_out", "bytes_in", "error", "body", "attack", "seq", "method", "url",
        "headers",
    ]

    /// How to get a file that can be read.
    var advice: String {
        switch self {
        case .jmeter: "a CSV file of a listener is wanted (jmeter.save.saveservice.output_format=csv)"
        case .k6: "the file of k6 run --out csv=FILE or --out json=FILE is wanted"
        case .locust:
            "the CSV file of locust.contrib.csv_request_logger is wanted, which has a row for each request; what --csv writes are sums"
        case .vegeta: "the file of vegeta encode --to csv or --to json is wanted"
        case .oha: "the file of oha --output-format csv is wanted; its JSON has only sums"
        case .otel: "the OTLP/JSON lines of the collector's file exporter are wanted, with resourceSpans in each"
        }
    }

    /// Whether a request without an answer is told to be shorter than it was, so that it may have begun at any time.
    var hidesLostTime: Bool { self == .k6 }

    /// Whether a request without an answer is left out.
    var leavesOutLost: Bool { self == .oha }

    /// What `--outcomes` may look like.
    package static let outcomesExample = "--outcomes '200=won, 409=sold-out, 400..499=failed, *=unknown'"
}
