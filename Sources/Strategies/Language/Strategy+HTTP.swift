extension Strategy {
    /// A request to the service: `http: POST /items/7/buy`, with `headers:` and `body:`.
    package struct HTTPRequest: Sendable, Equatable {
        package struct Field: Sendable, Equatable {
            package var name: String
            package var value: Template

            package init(name: String, value: Template) {
                self.name = name
                self.value = value
            }
        }

        package enum Body: Sendable, Equatable {
            case none
            case text(Template)
            /// `application/x-www-form-urlencoded`.
            case form([Field])
            case json(JSON)
        }

        /// A JSON value with values to fill in.
        package indirect enum JSON: Sendable, Equatable {
            package struct Member: Sendable, Equatable {
                package var name: String
                package var value: JSON
            }

            case object([Member])
            case array([JSON])
            case text(Template)
            /// A number, or the cart, which is JSON by itself.
            case number(Template.Expression)
            /// A number, `true`, `false` or `null`, as the file has it.
            case literal(String)

            var templates: [Template] {
                switch self {
                case .object(let members): members.flatMap(\.value.templates)
                case .array(let items): items.flatMap(\.templates)
                case .text(let template): [template]
                case .number(let expression): [Template(pieces: [.expression(expression)])]
                case .literal: []
                }
            }
        }

        /// In capitals.
        package var method: String
        /// What follows the service's address: a path, perhaps with a query.
        package var target: Template
        package var headers: [Field]
        package var body: Body
        package var line: Int

        package init(method: String, target: Template, headers: [Field] = [], body: Body = .none, line: Int) {
            self.method = method
            self.target = target
            self.headers = headers
            self.body = body
            self.line = line
        }

        /// Whether HTTP itself says that the method changes nothing (RFC 9110, 9.2.1).
        package var hasNoEffect: Bool { ["GET", "HEAD", "OPTIONS", "TRACE"].contains(method) }

        package var templates: [Template] {
            let body: [Template] =
                switch self.body {
                case .none: []
                case .text(let template): [template]
                case .form(let fields): fields.map(\.value)
                case .json(let json): json.templates
                }
            return [target] + headers.map(\.value) + body
        }
    }
}
