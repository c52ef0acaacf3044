internal import Foundation
internal import Query
internal import VOTables

/// The service as a registry knows it.
///
/// Source: VOResource 1.1, VODataService 1.1, SimpleDALRegExt 1.1.
enum RegistryRecord {
    /// When this process was first asked for it; the record is as old.
    private static let made = Date()

    static func answer(_ question: ObservatoryQuestion) throws -> WebAnswer {
        let entry = question.settings.registry
        let access = try question.tables()
        let date = made.formatted(.iso8601)
        func text(_ text: String) -> String { XMLText.escaped(text) }
        return .xml(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <ri:Resource xsi:type="vs:CatalogService" created="\(date)" updated="\(date)" status="active" \
            xmlns:ri="http://www.ivoa.net/xml/RegistryInterface/v1.0" xmlns:vr="http://www.ivoa.net/xml/VOResource/v1.0" \
            xmlns:vs="http://www.ivoa.net/xml/VODataService/v1.1" xmlns:cs="http://www.ivoa.net/xml/ConeSearch/v1.0" \
            xmlns:tr="http://www.ivoa.net/xml/TAPRegExt/v1.0" \(TapDocuments.schemaInstance)>
            <title>\(text(entry.title))</title>
            <shortName>nightjar</shortName>
            <identifier>ivo://\(text(entry.authority))/nightjar</identifier>
            <curation>
            <publisher>\(text(entry.publisher))</publisher>
            <contact><name>\(text(entry.contact))</name></contact>
            </curation>
            <content>
            <subject>transient-sources</subject>
            <subject>time-domain-astronomy</subject>
            <subject>surveys</subject>
            <description>Alerts of sky surveys with their light curves, the filters that they passed, and SALT2 fits: \
            objects by Simple Cone Search, all tables by TAP, packets and cutouts by DataLink.</description>
            <referenceURL>\(text(question.address))/</referenceURL>
            <type>Catalog</type>
            <contentLevel>Research</contentLevel>
            </content>
            \(cone(question))\(TapDocuments.tap(question))<coverage>
            <waveband>Optical</waveband>
            </coverage>
            <tableset>
            \(TapDocuments.schemas(access))</tableset>
            </ri:Resource>

            """)
    }

    private static func cone(_ question: ObservatoryQuestion) -> String {
        let parameters = [
            ("RA", "required", "deg", "pos.eq.ra", "Right ascension, ICRS", "real"),
            ("DEC", "required", "deg", "pos.eq.dec", "Declination, ICRS", "real"),
            ("SR", "required", "deg", "pos.angDistance", "Radius of the cone", "real"),
            ("VERB", "optional", "", "", "1: few columns, 2: most, 3: all", "integer"),
        ].map { name, use, unit, ucd, meaning, type in
            "<param use=\"\(use)\" std=\"true\"><name>\(name)</name><description>\(meaning)</description>"
                + (unit.isEmpty ? "" : "<unit>\(unit)</unit><ucd>\(ucd)</ucd>")
                + "<dataType>\(type)</dataType></param>\n"
        }
        return """
            <capability standardID="ivo://ivoa.net/std/ConeSearch" xsi:type="cs:ConeSearch">
            <interface role="std" xsi:type="vs:ParamHTTP">
            <accessURL use="base">\(XMLText.escaped(question.link("scs")))?</accessURL>
            \(TapDocuments.security(question))<queryType>GET</queryType>
            <resultType>application/x-votable+xml</resultType>
            \(parameters.joined())</interface>
            <maxSR>\(ConeService.largestRadius)</maxSR>
            <maxRecords>\(ConeService.mostRecords)</maxRecords>
            <verbosity>true</verbosity>
            <testQuery><ra>150.1</ra><dec>2.2</dec><sr>1</sr></testQuery>
            </capability>

            """
    }
}
