internal import Charts
internal import Foundation
internal import FoundationXML

/// A picture that was read back from its `svg` elements, as a browser would.
package struct DrawnPicture: Sendable {
    /// A text and the room that it takes.
    package struct Text: Sendable {
        package var content: String
        package var left: Double
        package var right: Double
        package var top: Double
        package var bottom: Double

        func overlaps(_ other: Text) -> Bool {
            left < other.right && other.left < right && top < other.bottom && other.top < bottom
        }
    }

    /// One `svg` element.
    package struct Drawing: Sendable {
        package var name: String
        package var width: Double
        package var height: Double
        package var fontSize: Double
        package var texts: [Text] = []
        /// Of the elements that name it: `title` and `desc`.
        package var title = ""
        package var description = ""
    }

    package var drawings: [Drawing] = []
    package var ids: [String] = []
    /// Ids that are referred to.
    package var references: [String] = []
    /// Every attribute but those that hold words.
    package var numbers: [String] = []
    /// Each element with its class.
    package var classes: [String: Int] = [:]

    /// - Throws: ``NotXML`` where it is not well-formed.
    package init(_ svg: String) throws(NotXML) {
        let reader = Reader()
        let parser = XMLParser(data: Data("<page>\(svg)</page>".utf8))
        parser.delegate = reader
        guard parser.parse() else {
            throw NotXML(reason: parser.parserError.map { "\($0)" } ?? "line \(parser.lineNumber)")
        }
        self = reader.picture
    }

    fileprivate init() {}

    package struct NotXML: Error {
        package var reason: String
    }

    /// What a person would not be able to read, or a browser to draw; empty where all is well.
    package var flaws: [String] {
        var flaws: [String] = []
        for drawing in drawings {
            for (index, text) in drawing.texts.enumerated() {
                if text.left < -0.5 || text.right > drawing.width + 0.5 || text.top < -1
                    || text.bottom > drawing.height + 1
                {
                    flaws.append("\(drawing.name): “\(text.content)” is cut off")
                }
                for other in drawing.texts[(index + 1)...] where text.overlaps(other) {
                    flaws.append("\(drawing.name): “\(text.content)” and “\(other.content)” overlap")
                }
            }
            if drawing.title.isEmpty || drawing.description.isEmpty { flaws.append("\(drawing.name): no words for it") }
        }
        if Set(ids).count < ids.count { flaws.append("an id is used twice") }
        flaws += Set(references).subtracting(ids).map { "nothing has the id \($0)" }
        flaws += numbers.filter { $0.contains("nan") || $0.contains("inf") }.map { "no number: \($0)" }
        return flaws
    }
}

/// What the parser meets.
private final class Reader: NSObject, XMLParserDelegate {
    var picture = DrawnPicture()
    private var attributes: [String: String] = [:]
    private var content = ""

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        self.attributes = attributes
        content = ""
        if name == "svg" {
            let box = (attributes["viewBox"] ?? "").split(separator: " ").compactMap { Double($0) }
            picture.drawings.append(
                .init(
                    name: attributes["class"] ?? "", width: box.count == 4 ? box[2] : 0,
                    height: box.count == 4 ? box[3] : 0, fontSize: Double(attributes["font-size"] ?? "") ?? 16))
        }
        if let id = attributes["id"] { picture.ids.append(id) }
        picture.references += (attributes["aria-labelledby"] ?? "").split(separator: " ").map(String.init)
        for (key, value) in attributes {
            if value.hasPrefix("url(#") { picture.references.append(String(value.dropFirst(5).dropLast())) }
            if !["class", "id", "data-names", "data-chart"].contains(key) { picture.numbers.append(value) }
        }
        picture.classes[attributes["class"] ?? "", default: 0] += 1
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { content += string }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
        guard let last = picture.drawings.indices.last else { return }
        switch name {
        case "title": picture.drawings[last].title = content
        case "desc": picture.drawings[last].description = content
        case "text": picture.drawings[last].texts.append(text(in: picture.drawings[last]))
        default: break
        }
    }

    private func text(in drawing: DrawnPicture.Drawing) -> DrawnPicture.Text {
        let x = Double(attributes["x"] ?? "") ?? -1000
        let y = Double(attributes["y"] ?? "") ?? -1000
        let width = TextWidth.of(content, size: drawing.fontSize)
        let part: Double =
            switch attributes["text-anchor"] {
            case "middle": 0.5
            case "end": 1
            default: 0
            }
        let left = x - part * width
        return DrawnPicture.Text(
            content: content, left: left, right: left + width, top: y - drawing.fontSize * 0.8,
            bottom: y + drawing.fontSize * 0.22)
    }
}
