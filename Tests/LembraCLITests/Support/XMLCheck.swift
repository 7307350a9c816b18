import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Whether a document is well-formed XML.
enum XMLCheck {
  static func accepts(_ document: Data) -> Bool {
    XMLParser(data: document).parse()
  }
}
