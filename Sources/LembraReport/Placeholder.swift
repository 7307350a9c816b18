enum LembraReportPlaceholder {}
