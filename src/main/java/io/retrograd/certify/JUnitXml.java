package io.retrograd.certify;

import java.io.StringWriter;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** A certificate as JUnit writes its results: a suite a part, a case for each thing tried. */
final class JUnitXml {
    /** What XML 1.0 cannot hold, not even escaped. */
    private static final String FORBIDDEN =
            "[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]";

    private JUnitXml() {}

    static String of(Certificate certificate) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuites");
            xml.writeAttribute("name", "certify " + certificate.device());
            for (PartResult part : certificate.parts()) {
                suite(xml, part, certificate);
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
        return text + "\n";
    }

    private static void suite(XMLStreamWriter xml, PartResult part, Certificate certificate)
            throws XMLStreamException {
        boolean whole = !part.trials().isEmpty() && part.status() != Status.CRASHED;
        long own = whole ? 0 : 1;
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", part.part().label());
        xml.writeAttribute("tests", Long.toString(part.trials().size() + own));
        xml.writeAttribute("failures", Long.toString(part.count(Status.FAILED)));
        long crashes = part.count(Status.CRASHED) + (part.status() == Status.CRASHED ? 1 : 0);
        xml.writeAttribute("errors", Long.toString(crashes));
        long skipped = part.count(Status.NOT_RUN) + (part.status() == Status.NOT_RUN ? own : 0);
        xml.writeAttribute("skipped", Long.toString(skipped));
        xml.writeAttribute("time", String.format(Locale.ROOT, "%.3f", part.seconds()));
        xml.writeAttribute("timestamp", certificate.date().toString());
        for (Trial trial : part.trials()) {
            String seed = trial.seed() == null ? "" : " seed " + trial.seed();
            String where = trial.precision().isEmpty() ? "" : trial.precision() + " ";
            element(xml, part, where + trial.what() + seed, trial.status(), trial.detail());
        }
        if (!whole) {
            element(xml, part, "the part", part.status(), part.message());
        }
        if (!part.said().isEmpty()) {
            xml.writeStartElement("system-err");
            xml.writeCharacters(clean(String.join("\n", part.said())));
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private static void element(
            XMLStreamWriter xml, PartResult part, String name, Status status, String detail)
            throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", "certify." + part.part().label());
        xml.writeAttribute("name", clean(name));
        if (status == Status.PASSED) {
            xml.writeStartElement("system-out");
            xml.writeCharacters(clean(detail));
        } else {
            xml.writeStartElement(
                    switch (status) {
                        case FAILED -> "failure";
                        case CRASHED -> "error";
                        default -> "skipped";
                    });
            xml.writeAttribute("message", clean(detail));
        }
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private static String clean(String text) {
        return text.replaceAll(FORBIDDEN, "?");
    }
}
