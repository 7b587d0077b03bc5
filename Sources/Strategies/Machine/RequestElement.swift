/// A part of a request to a service: bytes that are always the same, or a template.
package enum RequestElement: Sendable, Equatable {
    case text([UInt8])
    /// - Parameters:
    ///   - encoding: of the values that are filled in.
    ///   - encodesText: whether text of the file is encoded, too; in a path it stands as its author wrote it.
    case filled(Template, as: TextEncoding, encodesText: Bool)
}

extension Strategy.HTTPRequest {
    /// The request from its first line to the end of its body: a first line, header lines, an empty line and the body.
    package var elements: [RequestElement] {
        var elements: [RequestElement] = []
        func text(_ text: String) { elements.append(.text(Array(text.utf8))) }
        text(method + " ")
        elements.append(.filled(target, as: .percent, encodesText: false))
        text("\r\n")
        for header in headers {
            text(header.name + ": ")
            elements.append(.filled(header.value, as: .header, encodesText: false))
            text("\r\n")
        }
        if let type = impliedType { text("Content-Type: \(type)\r\n") }
        text("\r\n")
        switch body {
        case .none: break
        case .text(let template): elements.append(.filled(template, as: .none, encodesText: false))
        case .form(let fields):
            for (index, field) in fields.enumerated() {
                text(index > 0 ? "&" : "")
                elements.append(.text(TextEncoding.percent.encode(Array(field.name.utf8))))
                text("=")
                elements.append(.filled(field.value, as: .percent, encodesText: true))
            }
        case .json(let json): json.write(to: &elements)
        }
        return elements
    }

    /// The type that the body says of itself, where the file does not.
    private var impliedType: String? {
        guard !headers.contains(where: { $0.name.lowercased() == "content-type" }) else { return nil }
        return switch body {
        case .json: "application/json"
        case .form: "application/x-www-form-urlencoded"
        case .none, .text: nil
        }
    }
}

extension Strategy.HTTPRequest.JSON {
    fileprivate func write(to elements: inout [RequestElement]) {
        func text(_ text: String) { elements.append(.text(Array(text.utf8))) }
        switch self {
        case .object(let members):
            text("{")
            for (index, member) in members.enumerated() {
                text(index > 0 ? ",\"" : "\"")
                elements.append(.text(TextEncoding.json.encode(Array(member.name.utf8))))
                text("\":")
                member.value.write(to: &elements)
            }
            text("}")
        case .array(let items):
            text("[")
            for (index, item) in items.enumerated() {
                text(index > 0 ? "," : "")
                item.write(to: &elements)
            }
            text("]")
        case .text(let template):
            text("\"")
            elements.append(.filled(template, as: .json, encodesText: true))
            text("\"")
        case .number(let expression):
            elements.append(.filled(Template(pieces: [.expression(expression)]), as: .none, encodesText: false))
        case .literal(let literal): text(literal)
        }
    }
}
