package dev.penstock.dataplane.dash.manifest;

import java.io.StringWriter;

import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes an XML document of elements and attributes, indented. One thread. */
final class Xml {
    private final StringWriter text = new StringWriter(4096);
    private final XMLStreamWriter out;
    private int depth;
    private boolean leaf;

    Xml() {
        try {
            out = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            out.writeStartDocument("UTF-8", "1.0");
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An element begins; what follows is inside. */
    Xml open(String name) {
        return write(() -> {
            indent();
            out.writeStartElement(name);
            depth++;
            leaf = true;
        });
    }

    /** An element without content, which ends by itself. */
    Xml empty(String name) {
        return write(() -> {
            indent();
            out.writeEmptyElement(name);
            leaf = false;
        });
    }

    /** An attribute of the element that was written last. */
    Xml attribute(String name, String value) {
        return write(() -> out.writeAttribute(name, value));
    }

    Xml attribute(String name, long value) {
        return attribute(name, Long.toString(value));
    }

    /** The innermost element ends. */
    Xml close() {
        return write(() -> {
            depth--;
            if (!leaf) {
                indent();
            }
            out.writeEndElement();
            leaf = false;
        });
    }

    /** The document. */
    String end() {
        write(() -> {
            out.writeCharacters("\n");
            out.flush();
        });
        return text.toString();
    }

    private void indent() throws XMLStreamException {
        out.writeCharacters("\n" + "  ".repeat(depth));
    }

    private interface Step {
        void run() throws XMLStreamException;
    }

    private Xml write(Step step) {
        try {
            step.run();
            return this;
        } catch (XMLStreamException e) {
            // Written to memory: only wrong nesting would get here.
            throw new IllegalStateException(e);
        }
    }
}
