/// OTLP/JSON: `ExportTraceServiceRequest` of OpenTelemetry's protocol 1.x, as protobuf's JSON has it but for ids, which are
/// hexadecimal (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
struct SpanRequest: Codable, Equatable {
    var resourceSpans: [ResourceSpans]

    struct ResourceSpans: Codable, Equatable {
        var resource: Resource
        var scopeSpans: [ScopeSpans]
    }

    struct Resource: Codable, Equatable {
        var attributes: [Attribute]
    }

    struct ScopeSpans: Codable, Equatable {
        var scope: Scope
        var spans: [Span]
    }

    struct Scope: Codable, Equatable {
        var name: String
        var version: String
    }

    struct Span: Codable, Equatable {
        /// 16 bytes.
        var traceId: String
        /// 8 bytes.
        var spanId: String
        /// Absent for the root.
        var parentSpanId: String?
        var name: String
        var kind: Int
        /// Numbers of 64 bits are texts.
        var startTimeUnixNano: String
        var endTimeUnixNano: String
        var attributes: [Attribute]
        var status: Status

        /// `SPAN_KIND_INTERNAL` and `SPAN_KIND_CLIENT`.
        static let (within, client) = (1, 3)
    }

    struct Status: Codable, Equatable {
        /// `STATUS_CODE_OK` is 1, `STATUS_CODE_ERROR` is 2; 0 says neither.
        var code: Int
        var message: String?
    }

    struct Attribute: Codable, Equatable {
        var key: String
        var value: Value

        init(_ key: String, _ text: String) { (self.key, value) = (key, Value(stringValue: text)) }
        init(_ key: String, _ number: Int) { (self.key, value) = (key, Value(intValue: String(number))) }
        init(_ key: String, _ isSo: Bool) { (self.key, value) = (key, Value(boolValue: isSo)) }
    }

    /// One of them is there.
    struct Value: Codable, Equatable {
        var stringValue: String?
        /// Numbers of 64 bits are texts.
        var intValue: String?
        var boolValue: Bool?
    }
}
