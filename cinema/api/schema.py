from drf_spectacular.openapi import AutoSchema


class ContractSchema(AutoSchema):
    pass


def document_errors(result, generator, request, public):
    return result
